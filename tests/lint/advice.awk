# advice.awk: what core says names no option, command or key of ours: the command
# line and the screen have these words (remedy.h of each). Reads the sources of
# core; -v commands="download login ..." are the first words of our commands.
# Prints the strings that break this.

BEGIN {
	n = split(commands, word, " ")
	if (!n) {
		print "advice.awk: no commands were given"
		bad = 1
	}
	for (i = 1; i <= n; i++)
		ours = ours (i > 1 ? "|" : "") word[i]
	client = "(hug|hf|huggingface-cli)"
}

# What "a" "b" become is one text, wherever it is broken.
function judge() {
	if (text ~ /(^|[^A-Za-z0-9_.%-])--[a-z]/ && text != "--list") # git's own
		complain("an option")
	else if (text ~ "`" client " " || text ~ client " (" ours ")([^a-z]|$)")
		complain("a command")
	else if (text ~ /(^|[^a-z])[Pp]ress /)
		complain("a key")
	text = ""
}

function complain(what) {
	print place ": names " what ": \"" text "\""
	bad = 1
}

FNR == 1 { judge(); comment = 0 }

# Comments and foreign headers are not shown to anybody.
comment { if (!sub(/^.*\*\//, "")) next; comment = 0 }
/^#include/ { next }
{
	gsub(/\/\*([^*]|\*[^\/])*\*\//, "")
	if (!/"/ && sub(/\/\*.*$/, ""))
		comment = 1
	line = $0
	while (match(line, /"([^"\\]|\\.)*"/)) {
		before = substr(line, 1, RSTART - 1)
		if (before !~ /^[ \t]*$/)
			judge()
		if (text == "")
			place = FILENAME ":" FNR
		text = text substr(line, RSTART + 1, RLENGTH - 2)
		line = substr(line, RSTART + RLENGTH)
	}
	if (line !~ /^[ \t\\]*$/)
		judge()
}

END { judge(); exit bad }
