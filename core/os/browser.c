#include "core/os/browser.h"

#include <fcntl.h>
#include <spawn.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/os/env.h"

/* Runs it with nothing of ours but the environment. */
static bool
run(const char *program, const char *url)
{
	/* A shell in between, so that what is started is nobody's child. */
	char shell[] = "sh", option[] = "-c";
	char script[] = "command -v \"$0\" || exit 1; \"$0\" \"$1\" &";
	char *own = mem_strdup(program), *address = mem_strdup(url);
	char *const argv[] = { shell, option, script, own, address, NULL };
	posix_spawn_file_actions_t actions;
	int status = 1;
	pid_t pid;
	bool ok;

	posix_spawn_file_actions_init(&actions);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(
		    &actions, fd, "/dev/null", O_RDWR, 0);
	ok = posix_spawnp(&pid, "sh", &actions, NULL, argv, environ) == 0;
	posix_spawn_file_actions_destroy(&actions);
	if (ok)
		waitpid(pid, &status, 0);
	free(own);
	free(address);
	return ok && WIFEXITED(status) && !WEXITSTATUS(status);
}

bool
browser_open(const char *url)
{
	const char *browser = env_get("BROWSER");

	if (browser)
		return run(browser, url);
#ifdef __APPLE__
	return run("open", url);
#else
	return (env_get("DISPLAY") || env_get("WAYLAND_DISPLAY")) &&
	       run("xdg-open", url);
#endif
}
