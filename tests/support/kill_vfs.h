/*
 * An SQLite VFS over the system's own that counts fsyncs of the database and its log, and kills the
 * process at the nth one: before it (odd points) or after it (even points). Every commit boundary
 * lies at such a point.
 */
#ifndef TESTS_SUPPORT_KILL_VFS_H
#define TESTS_SUPPORT_KILL_VFS_H

/* Makes it the default VFS of this process. point 0 only counts. */
void kill_vfs_install(int point);
/* A point before every write, too: inside a transaction, not only at its ends. Call it before
 * kill_vfs_install(). */
void kill_vfs_count_writes(void);
/* Points passed so far (two a sync, one a counted write). */
int kill_vfs_points(void);

#endif
