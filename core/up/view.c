#include "core/up/view.h"

void
upload_view_fini(struct upload_view *view)
{
	arr_free(&view->sending);
	*view = (struct upload_view){ 0 };
}
