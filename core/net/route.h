/*
 * route.h: by which proxy an address is reached, and whose certificates count.
 * Both come from the variables that the official client reads.
 */
#ifndef CORE_NET_ROUTE_H
#define CORE_NET_ROUTE_H

/* {0} is one that knows nothing. */
struct route {
	char *ca_file;   /* NULL: the system's */
	char *ca_folder; /* NULL: the system's */
	const char
	    *proxy; /* for http://, where libcurl reads lower case only */
	const char *direct; /* NO_PROXY */
};

/* Reads the environment, of which the proxies' addresses are borrowed; looks for the
 * authorities, whose paths are released. `route` is {0} before. */
void route_init(struct route *route);
void route_fini(struct route *route);

/* Sets both for a request (a CURL handle) to an address. */
void route_apply(const struct route *route, void *easy, const char *url);

#endif
