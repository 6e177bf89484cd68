# circles.awk: no two files of core may need each other, by whatever way round.
# Reads the #include lines of the files it is given. A file is its .c and its .h
# together; name_own.h is a part of name.

function unit(path) {
	sub("\\.[ch]$", "", path)
	sub("_own$", "", path)
	return path
}

FNR == 1 { own = unit(FILENAME); left[own] = 1 }

/^#include "core\// {
	split($0, quoted, "\"")
	to = unit(quoted[2])
	if (to != own)
		edge[own, to] = 1
}

# Takes away what needs nothing that is left, or what nothing left needs, until
# only circles are left.
END {
	do {
		gone = 0
		split("", needs)
		split("", needed)
		for (e in edge) {
			split(e, pair, SUBSEP)
			if ((pair[1] in left) && (pair[2] in left)) {
				needs[pair[1]] = 1
				needed[pair[2]] = 1
			}
		}
		for (u in left) {
			if (!(u in needs) || !(u in needed)) {
				delete left[u]
				gone = 1
			}
		}
	} while (gone)
	for (u in left) {
		print u ": is in a circle of files, or between two"
		bad = 1
	}
	exit bad
}
