# The libraries that embedders link: libqiandian (floors 0-4 without store and httpd) and libqiandian-store.
