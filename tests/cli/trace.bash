# Makes function_graph text of a tx queue whose true behaviour is known, for `diff` and `advise`.
# shellcheck shell=bash

# runs of a worker that takes one chain (or CHAINS), re-arms and is kicked again; the same text for the same seed.
trace() { # RUNS SEED SERVICE_NS GAP_US [SPREAD_US [CHAINS]]: gaps lie in [GAP_US, GAP_US + SPREAD_US)
	awk -v runs="$1" -v seed="$2" -v service="$3" -v gap="$4" -v spread="${5:-10}" -v chains="${6:-1}" '
		function line(duration, text) {
			printf "  %d.%06d |   0)  %9s us    |  %s\n", now / 1000000, now % 1000000, duration, text
		}
		BEGIN {
			srand(seed)
			now = 100000000
			print "# tracer: function_graph"
			print " ------------------------------------------"
			print " 0) CPU 0/K-12  =>   vhost-7-11"
			print " ------------------------------------------"
			for (i = 0; i < runs; i++) {
				ns = service * (0.8 + 0.4 * rand()) * (rand() < 0.01 ? 8 : 1)
				printf "  %d.%06d |   0)               |  handle_tx_kick [vhost_net]() {\n",
					now / 1000000, now % 1000000
				line("0.100", "  vhost_disable_notify [vhost]();")
				for (chain = 0; chain < chains; chain++) {
					printf "  %d.%06d |   0)               |    vhost_get_vq_desc [vhost]() {\n",
						now / 1000000, now % 1000000
					line("0.150", "    translate_desc [vhost]();")
					line(sprintf("%.3f", ns / 4000), "  }")
				}
				line("0.100", "  vhost_enable_notify [vhost]();")
				now += int(ns / 1000)
				line(sprintf("%.3f", ns / 1000), "}")
				now += gap + int(spread * rand())
			}
		}'
}
