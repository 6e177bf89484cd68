#!/bin/sh
# lint.sh: rules of this code base that no compiler knows. Prints what breaks
# one; silent and 0 if nothing does.
cd "$(dirname "$0")/../.." || exit 1
bad=0
sources=$(find core cli docs widgets tui -name '*.[ch]' 2>/dev/null | sort)

complain() {
	echo "$*"
	bad=1
}

# Layers and foreign headers.
# shellcheck disable=SC2086  # a list of names without blanks
awk -f tests/lint/deps.awk $sources || bad=1
# shellcheck disable=SC2086
awk -f tests/lint/circles.awk $(echo "$sources" | tr ' ' '\n' | grep '^core/') || bad=1

# Core names facts and remedies; each face has the words (error.h).
commands=$(sed -n 's/^\t\.name = "\([a-z-]*\).*/\1/p' cli/cmd_*.c | sort -u)
# shellcheck disable=SC2086
awk -v commands="$(echo $commands)" -f tests/lint/advice.awk \
	$(echo "$sources" | tr ' ' '\n' | grep '^core/') || bad=1

# What the names say and do differently stands in cli/voice (voice.h). Else only
# the parser asks which name it is, and tables say which has a row: .faces.
asked='face *([!=]=|&)|switch \(.*face\)|FACE_(HUG|HF|OLD)'
named='\.(faces?|optional_of|hidden) = .*FACE_|^[^:]*:[0-9]*:#define [A-Z_]+ \(FACE_'
parser='cli/(voice/.*|parse|mistake|command|dispatch)\.c|cli/cli\.h'
if grep -rnE "$asked" cli | grep -vE "^($parser):" | grep -vE "$named"; then
	complain "asks which name it is; a voice knows (above)"
fi

# Nothing is read back out of the texts of an error: it carries facts.
if grep -rnE 'str(n?cmp|str|chr)\([^;]*(err|own)(->|\.)(message|hint|said|url)' \
	cli tui | grep -v '^tui/frame/settings\.c:.*"/hug\.conf"'; then # cuts a path
	complain "looks into the words of an error (above)"
fi

# Functions that overflow, guess or hide errors.
banned='strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|atof|gets|tmpnam|system|popen'
# shellcheck disable=SC2086
if grep -nE "(^|[^a-zA-Z0-9_])($banned) *\\(" $sources; then
	complain "banned functions (above)"
fi

# Text reaches a terminal by cli/out.c, which makes it safe, or by the screen's
# cells (widgets/term.c). That there is no memory left is said without either.
written='v?f?printf|v?dprintf|f?puts|putchar|f?putc|fwrite|fflush|perror'
written="(^|[^a-zA-Z0-9_])($written) *\\("
written="$written|write *\\( *([12]|STD(OUT|ERR)_FILENO) *,"
written="$written|\\\\(x1b|033|e\\[)"
# shellcheck disable=SC2086
if grep -nE "$written" main.c $(echo "$sources" | tr ' ' '\n' |
	grep -vE '^docs/|^cli/out\.c|^widgets/(term|key)\.c|^core/base/mem\.c'); then
	complain "writes past cli/out.c (above)"
fi

for file in $sources; do
	lines=$(wc -l <"$file")
	[ "$lines" -le 800 ] || complain "$file: $lines lines; the ceiling is 800"
	case $file in
	*.h)
		guard=$(echo "$file" | tr 'a-z/.' 'A-Z__')
		grep -q "^#ifndef $guard\$" "$file" ||
			complain "$file: the guard is not $guard"
		;;
	*.c)
		header=${file%.c}.h
		first=$(sed -n 's/^#include //p' "$file" | head -n 1)
		[ ! -f "$header" ] || [ "$first" = "\"$header\"" ] ||
			complain "$file: does not include its own header first"
		;;
	esac
done

# Functions over 60 lines need a reason, and none has one yet.
# shellcheck disable=SC2086
awk '
	FNR == 1 { start = 0 }
	/^\{/ { start = FNR }
	/^\}/ && start {
		if (FNR - start > 61) {
			print FILENAME ":" start ": " FNR - start - 1 " lines in one function"
			bad = 1
		}
		start = 0
	}
	END { exit bad }' $(echo "$sources" | tr ' ' '\n' | grep '\.c$') || bad=1

# A result that must be used is thrown away with its reason: MAY_FAIL.
# shellcheck disable=SC2086
if grep -nE '\(void\) *!' main.c $(find tests -name '*.[ch]') \
	$(echo "$sources" | grep -v '^core/base/attr\.h$'); then
	complain "results thrown away without a reason; use MAY_FAIL (above)"
fi

# A reader can open what a comment cites: a page of ours is in the repository.
# (Names in a string, as of a file in a test, are no citation.)
cited=$(find core cli docs widgets tui tests bench main.c -type f \
	\( -name '*.[ch]' -o -name '*.py' -o -name '*.am' -o -name '*.awk' \) |
	sort)
# shellcheck disable=SC2086
awk '
	{ text = $0 }
	!/^ *"""/ { gsub(/"([^"\\]|\\.)*"/, "", text) }
	FILENAME !~ /\.[ch]$/ && !/^ *"""/ && !sub(/^[^#]*#/, "", text) { next }
	match(text, /[A-Za-z0-9_\/-]+\.md/) {
		page = substr(text, RSTART, RLENGTH)
		if ((getline line < page) < 0) {
			print FILENAME ":" FNR ": cites " page \
				", which is not in the repository"
			bad = 1
		}
		close(page)
	}
	END { exit bad }' $cited || bad=1

# Unfinished work is an issue, not a comment.
# shellcheck disable=SC2086
if grep -nE '\b(TODO|FIXME|XXX|HACK)\b' $sources; then
	complain "marks of unfinished work (above)"
fi
exit $bad
