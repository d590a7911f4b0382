#!/bin/sh
# Runs nginx in a container, and follows the replicas that the container network's name server knows: nginx looks names up only when
# it reads its configuration. When a service gains, loses or moves a replica, nginx reads it again and cuts no open connection.
set -eu

conf=/door/conf/nginx.conf
run=/run/door
port=7000
services='auth credits messaging-gateway signaling admin'

# Writes the servers of one service; succeeds when they are not what they were.
follow() {
    file=$run/live/servers/$1.conf
    addresses=$(getent ahostsv4 "$1" | cut -d' ' -f1 | sort -u) || true
    if [ -n "$addresses" ]; then
        for address in $addresses; do
            echo "server $address:$port max_fails=1 fail_timeout=1s;"
        done >"$file.new"
    elif [ -e "$file" ]; then
        return 1 # nobody is known just now: those who were may come back
    else
        echo "server 127.0.0.1:$port down;" >"$file.new"
    fi
    if cmp -s "$file" "$file.new"; then
        return 1
    fi
    mv "$file.new" "$file"
}

follow_all() {
    changed=1
    for service in $services; do
        if follow "$service"; then changed=0; fi
    done
    return $changed
}

mkdir -p "$run/live/servers"
# HTTP/2 has a directive of its own from 1.25.1 on.
version=$(nginx -v 2>&1 | sed 's/.*nginx\/\([0-9]*\)\.\([0-9]*\).*/\1 \2/')
if [ "${version% *}" -gt 1 ] || [ "${version#* }" -gt 25 ]; then echo 'http2 on;'; fi >"$run/live/http2.conf"
follow_all || true

nginx -e stderr -c "$conf" &
nginx=$!
trap 'kill -QUIT $nginx' TERM INT QUIT
while kill -0 $nginx 2>/dev/null; do
    sleep 1 &
    wait $! || true
    if follow_all; then kill -HUP $nginx; fi
done
wait $nginx
