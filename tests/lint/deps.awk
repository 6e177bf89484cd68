# deps.awk: which folder may include which, and where foreign headers enter.
# Reads the #include lines of the files it is given; prints what is not allowed.

BEGIN {
	allow("core/base", "core/base")
	allow("core/os", "core/base core/os")
	allow("core/run", "core/base core/os core/run")
	allow("core/net", "core/base core/os core/run core/net")
	allow("core/hub", "core/base core/os core/run core/net core/hub")
	allow("core/login", "core/base core/os core/run core/net core/hub core/login")
	allow("core/store", "core/base core/os core/run core/store")
	allow("core/census", "core/base core/os core/run core/store core/census")
	allow("core/purge", "core/base core/os core/run core/store core/census core/purge")
	allow("core/xfer", "core/base core/os core/run core/net core/hub core/xfer")
	allow("core/down", "core/base core/os core/run core/net core/hub core/store core/census core/xfer core/down")
	allow("core/queue", "core/base core/os core/run core/net core/hub core/login core/store core/census core/purge core/xfer core/down core/up core/queue")
	allow("core/weights", "core/base core/weights")
	allow("core/pick", "core/base core/os core/pick")
	allow("core/up", "core/base core/os core/run core/net core/hub core/login core/xfer core/weights core/up")
	allow("core/know", "core/base core/run core/hub core/xfer core/down core/weights core/know")
	allow("cli", "core/know core/up core/weights core/base core/os core/run core/net core/hub core/login core/store core/census core/purge core/xfer core/down core/queue cli cli/show cli/voice")
	allow("cli/voice", "core/base core/hub cli cli/voice")
	# What is shown: of the rest of cli only out, and what it is handed.
	allow("cli/show", "core/base core/os core/run cli cli/show cli/voice")
	allow("widgets", "core/base core/os widgets")
	allow("tui/frame", "core/base core/os core/run core/net core/hub core/login core/store core/census core/purge core/xfer core/down core/up core/queue core/know core/weights widgets tui/frame tui/engine")
	allow("tui", "tui/frame tui/cache tui/log tui/repo tui/transfers")
	allow("tui/engine", "core/base core/os core/run core/net core/hub core/login core/store core/census core/purge core/xfer core/down core/up core/queue core/know core/weights widgets tui/engine")
	allow("tui/cache", "core/base core/os core/run core/net core/hub core/login core/store core/census core/purge core/xfer core/down core/up core/queue widgets tui/frame tui/engine tui/cache")
	allow("tui/log", "core/base core/os core/run core/net core/hub core/login core/store core/census core/purge core/xfer core/down core/up core/queue widgets tui/frame tui/engine tui/log")
	allow("tui/repo", "core/base core/os core/run core/net core/hub core/login core/store core/census core/purge core/xfer core/down core/up core/queue core/know core/pick core/weights widgets tui/frame tui/engine tui/repo")
	allow("tui/transfers", "core/base core/os core/run core/net core/hub core/login core/store core/census core/purge core/xfer core/down core/up core/queue widgets tui/frame tui/engine tui/transfers")
	allow("docs", "core/base core/os cli cli/show cli/voice")
	# The program brings the two faces together.
	allow("main.c", "core/base cli tui/frame widgets")
	# Each library stays in one room; libcurl's address functions in
	# url.c, so that addresses mean one thing everywhere.
	home["curl/curl.h"] = "core/net/failure.c core/net/http.c core/net/http_own.h core/net/http_send.c core/net/multi.c core/net/multi.h core/net/route.c core/net/url.c"
	home["cjson/cJSON.h"] = "core/base/json.c"
	home["md4c.h"] = "core/weights/markdown.c"
	home["pcre2.h"] = "core/base/pattern.c"
	home["openssl/"] = "core/base/base64.c core/base/digest.c"
	home["pthread.h"] = "core/run/thread.c"
	home["curses.h"] = "widgets/term.c"
	home["signal.h"] = "core/os/sig.c core/run/thread.c"
	home["config.h"] = "nobody"
}

function allow(from, to,   n, i, part) {
	known[from] = 1
	n = split(to, part, " ")
	for (i = 1; i <= n; i++)
		edge[from " " part[i]] = 1
}

function folder(path) {
	sub("/[^/]*$", "", path)
	return path
}

function complain(text) {
	print FILENAME ":" FNR ": " text
	bad = 1
}

FNR == 1 { own = folder(FILENAME) }

/^#include "/ {
	split($0, quoted, "\"")
	to = folder(quoted[2])
	if (!(own in known))
		complain("folder " own " is not in the table")
	else if (!((own " " to) in edge))
		complain(own " may not include " quoted[2])
}

/^#include </ {
	split($0, angled, "[<>]")
	for (header in home)
		if (index(angled[2], header) == 1 || angled[2] == header)
			if (index(home[header], FILENAME) == 0)
				complain(angled[2] " is included by " home[header] " only")
}

END { exit bad }
