/* Holds a pod's namespaces open and reaps orphans; leaves when told to. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void leave(int signal) { _exit(signal == SIGTERM ? 0 : 1); }
static void reap(int signal) { while (waitpid(-1, 0, WNOHANG) > 0) (void)signal; }

int main(void) {
  signal(SIGINT, leave), signal(SIGTERM, leave), signal(SIGCHLD, reap);
  for (;;) pause();
}
