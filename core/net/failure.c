#include "core/net/failure.h"

#include <curl/curl.h>

#include "core/base/error.h"
#include "core/base/str.h"
#include "core/base/utf8.h"

#define HTTP_PROXY_LOGIN 407

/* Failures that say nothing about the next try. */
static bool
is_passing(CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
	case CURLE_PARTIAL_FILE:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		return true;
	default:
		return false;
	}
}

static void
advise(CURLcode code, struct error *err)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
		err_remedy(err, REMEDY_CHECK_CONNECTION);
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		err_hint(err,
		    "If a proxy or a private authority signs here, name its "
		    "certificates in SSL_CERT_FILE");
		break;
	default:
		break;
	}
}

void
failure_proxy_login(const char *url, struct error *err)
{
	err_set(err, ERR_NETWORK, "%s: the proxy requires a login (407)", url);
	err_about(err, ERR_ABOUT_REACH, url, NULL);
	err_hint(err, "Put it into the proxy's address: "
		      "https_proxy=http://USER:PASSWORD@HOST:PORT");
	err->detail = HTTP_PROXY_LOGIN;
}

bool
failure_explain(
    void *easy, int code, const char *text, const char *url, struct error *err)
{
	struct str safe = STR_INIT;
	long connect = 0;

	curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &connect);
	if (connect == HTTP_PROXY_LOGIN) {
		failure_proxy_login(url, err);
		return false;
	}
	/* So libcurl calls a header line of more than 100 KiB; where memory
	 * is short indeed, we end before it does. */
	if (code == CURLE_OUT_OF_MEMORY)
		text = "a header line of the answer is too long";
	utf8_safe(&safe, *text ? text : curl_easy_strerror((CURLcode)code));
	err_set(err, ERR_NETWORK, "%s: %.300s", url, safe.v);
	err_about(err, ERR_ABOUT_REACH, url, NULL);
	advise((CURLcode)code, err);
	str_fini(&safe);
	return is_passing((CURLcode)code);
}
