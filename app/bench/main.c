/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_vect.h>

#include "bench.h"

#define CKSUM	(RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM | RTE_MBUF_F_TX_UDP_CKSUM)

/* Names are { ours, stock }. A row is left out when the CPU cannot run it. */
#define RX(o, s)	.rx = { o, s }
#define TX(o, s)	.tx = { o, s }

static const struct bench_row rows[] = {
	/* scalar */
	{ .name = "rx_scalar", RX("scalar", "scalar"), .flags = BENCH_RSS },
	{ .name = "rx_scalar", RX("scalar", "scalar"), .flags = BENCH_RSS, .burst = 1 },
	{ .name = "rx_scalar", RX("scalar", "scalar"), .flags = BENCH_RSS, .burst = 4 },
	{ .name = "rx_scalar", RX("scalar", "scalar"), .flags = BENCH_RSS, .ring = 128 },
	{ .name = "rx_scalar", RX("scalar", "scalar"), .flags = BENCH_RSS, .ring = 4096 },
	{ .name = "rx_bulk", RX("scalar", "bulk"), .flags = BENCH_RSS },
	{ .name = "rx_scattered", RX("scattered", "scattered"), .flags = BENCH_RSS },
	{ .name = "rx_scalar_empty", RX("scalar", "scalar"), .empty = true },
	{ .name = "rx_scattered_empty", RX("scattered", "scattered"), .empty = true },
	{ .name = "tx_simple", TX("simple", "simple") },
	{ .name = "tx_simple", TX("simple", "simple"), .burst = 1 },
	{ .name = "tx_simple", TX("simple", "simple"), .burst = 4 },
	{ .name = "tx_simple", TX("simple", "simple"), .ring = 128 },
	{ .name = "tx_simple", TX("simple", "simple"), .ring = 4096 },
	{ .name = "tx_simple_fast_free", TX("fast_free", "simple"), .flags = BENCH_FAST_FREE },
	{ .name = "tx_full", TX("full", "full") },
	{ .name = "tx_full", TX("full", "full"), .burst = 1 },
	{ .name = "tx_full", TX("full", "full"), .ring = 4096 },
	{ .name = "tx_full_cksum", TX("full", "full"), .ol_flags = CKSUM },
	{ .name = "fwd_scalar_full", RX("scalar", "scalar"), TX("full", "full"),
	  .flags = BENCH_RSS },
	{ .name = "fwd_scalar_simple", RX("scalar", "scalar"), TX("simple", "simple"),
	  .flags = BENCH_RSS },
	/* SSE4.2 */
	{ .name = "rx_sse", RX("sse", "sse"), .flags = BENCH_VEC },
	{ .name = "rx_sse_offload", RX("sse_offload", "sse"), .flags = BENCH_VEC | BENCH_RSS },
	{ .name = "rx_sse_offload", RX("sse_offload", "sse"), .flags = BENCH_VEC | BENCH_RSS,
	  .burst = 4 },
	{ .name = "rx_sse_empty", RX("sse_offload", "sse"), .flags = BENCH_VEC, .empty = true },
	{ .name = "tx_sse", TX("sse", "sse") },
	{ .name = "tx_sse_fast_free", TX("sse_fast_free", "sse"), .flags = BENCH_FAST_FREE },
	{ .name = "fwd_sse", RX("sse_offload", "sse"), TX("sse_fast_free", "sse"),
	  .flags = BENCH_VEC | BENCH_RSS | BENCH_FAST_FREE },
	/* AVX2 */
	{ .name = "rx_avx2", RX("avx2", "avx2"), .flags = BENCH_VEC },
	{ .name = "rx_avx2", RX("avx2", "avx2"), .flags = BENCH_VEC, .burst = 64 },
	{ .name = "rx_avx2_offload", RX("avx2_offload", "avx2_offload"),
	  .flags = BENCH_VEC | BENCH_RSS },
	{ .name = "rx_avx2_offload", RX("avx2_offload", "avx2_offload"),
	  .flags = BENCH_VEC | BENCH_RSS, .burst = 64 },
	{ .name = "rx_avx2_offload", RX("avx2_offload", "avx2_offload"),
	  .flags = BENCH_VEC | BENCH_RSS, .ring = 128 },
	{ .name = "rx_avx2_offload", RX("avx2_offload", "avx2_offload"),
	  .flags = BENCH_VEC | BENCH_RSS, .ring = 4096 },
	{ .name = "rx_avx2_empty", RX("avx2_offload", "avx2_offload"), .flags = BENCH_VEC,
	  .empty = true },
	{ .name = "tx_avx2", TX("avx2", "avx2") },
	{ .name = "tx_avx2", TX("avx2", "avx2"), .burst = 1 },
	{ .name = "tx_avx2", TX("avx2", "avx2"), .burst = 4 },
	{ .name = "tx_avx2", TX("avx2", "avx2"), .burst = 64 },
	{ .name = "tx_avx2", TX("avx2", "avx2"), .ring = 128 },
	{ .name = "tx_avx2", TX("avx2", "avx2"), .ring = 4096 },
	{ .name = "tx_avx2_fast_free", TX("avx2_fast_free", "avx2"), .flags = BENCH_FAST_FREE },
	{ .name = "tx_avx2_offload", TX("avx2_offload", "avx2_offload") },
	{ .name = "tx_avx2_offload_cksum", TX("avx2_offload", "avx2_offload"),
	  .ol_flags = CKSUM },
	{ .name = "fwd_avx2", RX("avx2", "avx2"), TX("avx2", "avx2"), .flags = BENCH_VEC },
	{ .name = "fwd_avx2_rss", RX("avx2_offload", "avx2_offload"),
	  TX("avx2_fast_free", "avx2"), .flags = BENCH_VEC | BENCH_RSS | BENCH_FAST_FREE },
	/* AVX-512 */
	{ .name = "rx_avx512", RX("avx512", "avx512"), .flags = BENCH_VEC },
	{ .name = "rx_avx512_offload", RX("avx512_offload", "avx512_offload"),
	  .flags = BENCH_VEC | BENCH_RSS },
	{ .name = "rx_avx512_empty", RX("avx512_offload", "avx512_offload"), .flags = BENCH_VEC,
	  .empty = true },
	{ .name = "tx_avx512", TX("avx512", "avx512"), .flags = BENCH_SMALL_ENTRY },
	{ .name = "tx_avx512_fast_free", TX("avx512_fast_free", "avx512"),
	  .flags = BENCH_FAST_FREE | BENCH_SMALL_ENTRY },
	{ .name = "tx_avx512_offload", TX("avx512_offload", "avx512_offload"),
	  .flags = BENCH_SMALL_ENTRY },
	{ .name = "tx_avx512_offload_cksum", TX("avx512_offload", "avx512_offload"),
	  .flags = BENCH_SMALL_ENTRY, .ol_flags = CKSUM },
	{ .name = "fwd_avx512_rss", RX("avx512_offload", "avx512_offload"),
	  TX("avx512_fast_free", "avx512"),
	  .flags = BENCH_VEC | BENCH_RSS | BENCH_FAST_FREE | BENCH_SMALL_ENTRY },
};

/* One line per row: name, cycles and instructions of both, tab separated. */
static void
run(const char *filter, unsigned int rounds, bool count_inst)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(rows); i++) {
		struct bench_row row = rows[i];
		struct bench_result r;
		char name[64];
		int n;

		row.burst = row.burst ? row.burst : 32;
		row.ring = row.ring ? row.ring : 1024;
		n = snprintf(name, sizeof(name), "%s", row.name);
		if (row.burst != 32)
			n += snprintf(name + n, sizeof(name) - n, "/burst%u", row.burst);
		if (row.ring != 1024)
			snprintf(name + n, sizeof(name) - n, "/ring%u", row.ring);
		if (filter != NULL && strstr(name, filter) == NULL)
			continue;
		if (!bench_measure(&row, rounds, count_inst, &r)) {
			printf("skip\t%s\n", name);
			continue;
		}
		printf("row\t%s\t%.2f\t%.2f\t%.1f\t%.1f\n", name, r.cycles[0], r.cycles[1],
		       r.inst[0], r.inst[1]);
		fflush(stdout);
	}
}

int
main(int argc, char **argv)
{
	static const struct option opts[] = {
		{ "filter", required_argument, NULL, 'f' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "no-count", no_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 },
	};
	unsigned int rounds = 4000;
	const char *filter = NULL;
	bool count_inst = true;
	int rc, c;

	rc = rte_eal_init(argc, argv);
	if (rc < 0)
		rte_exit(EXIT_FAILURE, "EAL does not start\n");
	argc -= rc;
	argv += rc;
	while ((c = getopt_long(argc, argv, "", opts, NULL)) != -1) {
		switch (c) {
		case 'f':
			filter = optarg;
			break;
		case 'r':
			rounds = strtoul(optarg, NULL, 0);
			break;
		case 'n':
			count_inst = false;
			break;
		default:
			return EXIT_FAILURE;
		}
	}
	run(filter, rounds, count_inst);
	rte_eal_cleanup();
	return 0;
}
