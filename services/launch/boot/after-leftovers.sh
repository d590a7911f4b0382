#!/bin/sh
# after-leftovers.sh <pid file> <command> [argument...]
#
# Becomes the command. Before that it ends the workers of a predecessor that was killed, since they hold its ports: processes of the
# command's name in the group of which the predecessor was the leader. (PM2 makes each program the leader of a group.)
set -u
pid_file=$1
shift
name=$(basename "$1")

if [ -r "$pid_file" ] && read -r leader <"$pid_file" && [ "$leader" -gt 1 ]; then
    if [ -d /proc/self ]; then
        for stat in /proc/[0-9]*/stat; do
            read -r pid comm state parent group rest 2>/dev/null <"$stat" || continue
            if [ "$comm" = "($name)" ] && [ "$group" = "$leader" ]; then kill -KILL "$pid"; fi
        done
    else
        pkill -KILL -x -g "$leader" "$name"
    fi
fi
exec "$@"
