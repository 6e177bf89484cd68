#include "core/net/multi.h"

static void
collect(struct multi *multi)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(multi->handle, &left))) {
		if (message->msg == CURLMSG_DONE)
			multi->ended(multi->context, message->easy_handle,
			    message->data.result);
	}
}

static void
on_socket_ready(void *context, int fd, unsigned events)
{
	struct multi *multi = context;
	int mask = (events & LOOP_READ ? CURL_CSELECT_IN : 0) |
	           (events & LOOP_WRITE ? CURL_CSELECT_OUT : 0);
	int running;

	curl_multi_socket_action(multi->handle, fd, mask, &running);
	collect(multi);
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *unused)
{
	struct multi *multi = context;

	(void)unused;
	if (what == CURL_POLL_REMOVE) {
		loop_unwatch(multi->loop, fd);
		return 0;
	}
	multi->uses(multi->context, easy, fd);
	loop_watch(multi->loop, fd,
	    (what & CURL_POLL_IN ? LOOP_READ : 0u) |
		(what & CURL_POLL_OUT ? LOOP_WRITE : 0u),
	    on_socket_ready, multi);
	return 0;
}

static void
on_timeout(void *context)
{
	struct multi *multi = context;
	int running;

	curl_multi_socket_action(
	    multi->handle, CURL_SOCKET_TIMEOUT, 0, &running);
	collect(multi);
}

static int
on_timer(CURLM *handle, long ms, void *context)
{
	struct multi *multi = context;

	(void)handle;
	if (ms < 0)
		loop_timer_stop(&multi->timer);
	else
		loop_timer_start(multi->loop, &multi->timer, (uint64_t)ms,
		    on_timeout, multi);
	return 0;
}

void
multi_init(struct multi *multi)
{
	multi->handle = curl_multi_init();
	curl_multi_setopt(multi->handle, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(multi->handle, CURLMOPT_SOCKETDATA, multi);
	curl_multi_setopt(multi->handle, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(multi->handle, CURLMOPT_TIMERDATA, multi);
}

void
multi_fini(struct multi *multi)
{
	loop_timer_stop(&multi->timer);
	curl_multi_cleanup(multi->handle);
}
