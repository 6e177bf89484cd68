#include "core/down/view.h"

void
download_view_fini(struct download_view *view)
{
	arr_free(&view->files);
	arr_free(&view->streams);
	*view = (struct download_view){ 0 };
}
