/* Named points where a test ends or holds the process. In ordinary builds they are nothing.
 *
 *     FAILPOINT("publish.staged");
 *
 * In a build with MATCHD_FAILPOINTS the environment says what happens there:
 *   MATCHD_FAIL_KILL=publish.staged:3            SIGKILL at the third visit
 *   MATCHD_FAIL_HOLD=publish.staged:1:/tmp/gate  at that visit the file /tmp/gate.reached is made,
 *                                                and the thread waits until /tmp/gate is there */
#ifndef MATCHD_STORAGE_FAILPOINT_H
#define MATCHD_STORAGE_FAILPOINT_H

#ifdef MATCHD_FAILPOINTS
void failpoint_visit(const char *name);
#define FAILPOINT(name) failpoint_visit(name)
#else
#define FAILPOINT(name) ((void)0)
#endif

#endif
