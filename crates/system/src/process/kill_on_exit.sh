# Ends what a process has started when that process is gone. Reads lines "SIGN NUMBER":
#   + GROUP    kill this process group in the end      - GROUP    no longer
#   = PROCESS  kill this process in the end            ~ PROCESS  no longer
#   ? 0        forget the groups that do not exist     . 0        end now, and kill nothing
# The end of its input means that the process is gone. On Linux a signal (URG) says so too, for a
# forked copy of the process may hold the pipe open; it kills at once and reads on, since what was
# written last may still be in the pipe. URG, because one that comes before the trap is set must do
# nothing. The signals of a terminal are for others.
#
# By the end a number may belong to another process: one of the second kind is reaped by whoever has
# started it. So it is killed only if it was born when the one that was named was (field 22 of
# /proc/PID/stat, else what ps says). A group whose leader is gone keeps its number as long as it has
# a process, so a process of that number which was born at another time means that the group is gone.
trap '' HUP INT TERM
groups=' ' singles=' ' ended= woken=
birth() {
  birth=
  if read -r line < "/proc/$1/stat"; then
    line="${line##*) }"
    set -- $line
    shift 19
    birth=$1
  else
    birth=$(ps -o lstart= -p "$1" | tr -d ' ')
  fi
}
end() {
  ended=yes woken=yes
  for group in $groups; do
    birth "${group%%:*}"
    case $birth in '' | "${group#*:}") kill -s KILL -- "-${group%%:*}" ;; esac
  done
  for single in $singles; do
    birth "${single%%:*}"
    [ "$single" != "${single%%:*}:$birth" ] || kill -s KILL "${single%%:*}"
  done
}
trap end URG
while :; do
  woken=
  if read -r sign number; then
    case $sign in
      +) birth "$number"; groups="$groups$number:$birth "
         [ -z "$ended" ] || kill -s KILL -- "-$number" ;;
      -) rest=' '
         for group in $groups; do
           [ "${group%%:*}" = "$number" ] || rest="$rest$group "
         done
         groups=$rest ;;
      \?) rest=' '
         for group in $groups; do
           ! kill -s 0 -- "-${group%%:*}" || rest="$rest$group "
         done
         groups=$rest ;;
      =) birth "$number"; [ -z "$birth" ] || singles="$singles$number:$birth "
         [ -z "$ended" ] || kill -s KILL "$number" ;;
      '~') rest=' '
         for single in $singles; do
           [ "${single%%:*}" = "$number" ] || rest="$rest$single "
         done
         singles=$rest ;;
      .) exit ;;
    esac
  elif [ -z "$woken" ]; then
    break
  fi
done
end
