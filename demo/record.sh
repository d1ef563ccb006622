#!/usr/bin/env bash
# Records the demo incident: a small real shop in network namespaces, broken in the middle, one capture per host.
set -euo pipefail

HELP="Usage: sudo demo/record.sh [--seconds N] [--seed N] [--out DIR]

Starts the shop in network namespaces of its own (nothing else on this machine is touched), lets customers shop for N seconds
(default 40), breaks the path from orders to payments in the middle third, and writes one capture per host to DIR
(default demo/recordings) with names.json, truth.json and the spans of the services beside them.
"
SECONDS_TOTAL=40 SEED=7
HERE=$(cd "$(dirname "$0")" && pwd)
OUT=$HERE/recordings
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) SECONDS_TOTAL=$2; shift 2 ;;
    --seed) SEED=$2; shift 2 ;;
    --out) OUT=$2; shift 2 ;;
    --help) printf '%s' "$HELP"; exit 0 ;;
    *) printf 'unknown option %s\n%s' "$1" "$HELP" >&2; exit 2 ;;
  esac
done
[ "$(id -u)" = 0 ] || { echo "record.sh needs root for network namespaces; run it with sudo" >&2; exit 1; }

NEEDED=()
for pair in ip:iproute2 nft:nftables ethtool:ethtool tcpdump:tcpdump redis-server:redis-server dnsmasq:dnsmasq-base; do
  command -v "${pair%%:*}" >/dev/null || NEEDED+=("${pair##*:}")
done
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || NEEDED+=(postgresql)
if [ ${#NEEDED[@]} -gt 0 ]; then
  echo "installing ${NEEDED[*]}"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${NEEDED[@]}" >/dev/null
fi
PG=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
NODE=$(command -v node)

P=weirdemo
HOSTS=(customers frontend gateway orders payments inventory postgres redis dns)
WORK=$(mktemp -d); chmod 755 "$WORK"
PIDS=()
address() { # the host's address: 10.77.0.2 and up, in the order of HOSTS
  local index=2 host
  for host in "${HOSTS[@]}"; do [ "$host" = "$1" ] && { echo "10.77.0.$index"; return; }; index=$((index + 1)); done
}
clean() {
  set +e
  for pid in "${PIDS[@]}"; do kill "$pid" 2>/dev/null; done
  [ -d "$WORK/pg" ] && su postgres -c "$PG/pg_ctl -D $WORK/pg stop -m immediate" >/dev/null 2>&1
  sleep 0.5
  for host in "${HOSTS[@]}" switch; do ip netns del "$P-$host" 2>/dev/null; rm -rf "/etc/netns/$P-$host"; done
  rm -rf "$WORK"
}
trap clean EXIT
run() { local host=$1; shift; ip netns exec "$P-$host" "$@"; }
start() { local host=$1; shift; ip netns exec "$P-$host" "$@" >"$WORK/$host.log" 2>&1 & PIDS+=($!); } # the process itself, so that it can be stopped

# The network: a bridge, and one namespace per host behind it. Offloads are off so that segments are what the wire carries.
ip netns add "$P-switch"
ip -n "$P-switch" link add br0 type bridge
ip -n "$P-switch" link set br0 up
for host in "${HOSTS[@]}"; do
  ip netns add "$P-$host"
  ip link add "v$host" netns "$P-switch" type veth peer name eth0 netns "$P-$host"
  ip -n "$P-switch" link set "v$host" master br0 up
  run switch ethtool -K "v$host" tso off gso off gro off tx off >/dev/null 2>&1 || true
  run "$host" ethtool -K eth0 tso off gso off gro off tx off >/dev/null 2>&1 || true
  run "$host" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 || true
  ip -n "$P-$host" addr add "$(address "$host")/24" dev eth0
  ip -n "$P-$host" link set lo up
  ip -n "$P-$host" link set eth0 up
  mkdir -p "/etc/netns/$P-$host"
  printf 'nameserver %s\nsearch corp.internal shop.internal\noptions timeout:2\n' "$(address dns)" >"/etc/netns/$P-$host/resolv.conf"
done
# A small receive buffer at payments, as many containers have: it is full soon when nobody reads.
run payments sysctl -qw net.ipv4.tcp_rmem="4096 16384 16384"

# The services, each in its namespace.
RECORDS=()
for host in "${HOSTS[@]}"; do RECORDS+=(--host-record="$host.shop.internal,$(address "$host")"); done
start dns dnsmasq --keep-in-foreground --no-resolv --no-hosts --local=/internal/ --bind-interfaces --listen-address="$(address dns)" --user=root --pid-file= --local-ttl=2 "${RECORDS[@]}"
start redis redis-server --bind 0.0.0.0 --protected-mode no --save "" --appendonly no --dir "$WORK"
mkdir "$WORK/pg"; chown postgres "$WORK/pg"
su postgres -c "$PG/initdb -D $WORK/pg -A trust >/dev/null"
printf "listen_addresses='*'\nfsync=off\nunix_socket_directories='%s/pg'\n" "$WORK" >>"$WORK/pg/postgresql.conf"
echo "host all all 10.77.0.0/24 trust" >>"$WORK/pg/pg_hba.conf"
run postgres su postgres -c "$PG/pg_ctl -D $WORK/pg -w -l $WORK/pg/log start" >/dev/null
run postgres su postgres -c "$PG/psql -h $WORK/pg -qc 'CREATE TABLE orders (id serial PRIMARY KEY, product int, customer text, paid bool DEFAULT false)'"
# Inventory and the gateway are not instrumented: they report no spans.
for host in inventory gateway; do start "$host" "$NODE" "$HERE/shop/$host.mjs"; done
for host in payments orders frontend; do SPANS_FILE=$WORK/$host.spans start "$host" "$NODE" "$HERE/shop/$host.mjs"; done
sleep 1.5

# Record at every host that speaks HTTP, from the side of the host.
for host in frontend gateway orders payments inventory; do
  start "$host" tcpdump -i eth0 -s 0 -U -w "$WORK/$host.pcap" not arp and not port 5353
done
sleep 1

STARTED=$(date -u +%FT%T.%3NZ)
run customers "$NODE" "$HERE/shop/customers.mjs" "$SECONDS_TOTAL" "$SEED" >"$WORK/counts.json" 2>"$WORK/customers.log" & CUSTOMERS=$!
PAYMENTS=$(ip netns pids "$P-payments" | while read -r pid; do grep -qa payments.mjs "/proc/$pid/cmdline" && echo "$pid"; done | head -n 1 || true)
THIRD=$((SECONDS_TOTAL / 3))
sleep "$THIRD"
BROKEN=$(date -u +%FT%T.%3NZ)
kill -USR2 "$PAYMENTS"
run switch nft -f - <<NFT
table bridge incident {
  chain forward {
    type filter hook forward priority 0;
    ip saddr $(address orders) ip daddr $(address payments) numgen random mod 100 < 6 drop
    ip saddr $(address payments) ip daddr $(address orders) numgen random mod 100 < 6 drop
  }
}
NFT
sleep "$THIRD"
kill -USR2 "$PAYMENTS"
run switch nft delete table bridge incident
MENDED=$(date -u +%FT%T.%3NZ)
wait "$CUSTOMERS"
ENDED=$(date -u +%FT%T.%3NZ)
for host in frontend gateway orders payments inventory; do
  ip netns pids "$P-$host" | while read -r pid; do grep -qa tcpdump "/proc/$pid/cmdline" && kill -INT "$pid"; done || true
done
sleep 1

mkdir -p "$OUT"
for host in frontend gateway orders payments inventory; do gzip -9 -n -c "$WORK/$host.pcap" >"$OUT/$host.pcap.gz"; done
cat "$WORK"/*.spans | gzip -9 -n >"$OUT/spans.otlp.jsonl.gz"
{
  echo "{"
  for host in "${HOSTS[@]}"; do printf '  "%s": "%s"%s\n' "$(address "$host")" "$host" "$([ "$host" = dns ] || echo ,)"; done
  echo "}"
} >"$OUT/names.json"
cat >"$OUT/truth.json" <<JSON
{
  "startedAt": "$STARTED",
  "brokenAt": "$BROKEN",
  "mendedAt": "$MENDED",
  "endedAt": "$ENDED",
  "edge": { "clientService": "orders", "serverService": "payments", "serverPort": 8080 },
  "causes": ["the event loop of payments is blocked 2600 ms of every 2660 ms, so that it does not read", "6 % of packets are dropped in each direction"],
  "visits": $(cat "$WORK/counts.json")
}
JSON
ls -l "$OUT"
cat "$OUT/truth.json"
