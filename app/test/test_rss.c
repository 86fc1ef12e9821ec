/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file Several Rx queues: spread, table, key. */

#include <errno.h>

#include <rte_byteorder.h>
#include <rte_thash.h>

#include "test.h"

#define NQ	4
#define FLOWS	256

static const struct t_up four = {
	.rxq = NQ, .txq = 1, .rx_offloads = RTE_ETH_RX_OFFLOAD_RSS_HASH,
};

static int
up_pair(void)
{
	T_TRY(t_up(0, NULL));
	T_TRY(t_up(1, &four));
	T_TRY(t_wait_link(0, true));
	return t_wait_link(1, true);
}

/* Offer FLOWS flows; queue_of[] tells where each arrived. */
static int
spread(int8_t queue_of[FLOWS], uint32_t hash_of[FLOWS])
{
	uint8_t buf[100];
	struct rte_mbuf *m[64];
	unsigned int base, i, got;
	uint64_t end;
	uint16_t q;

	memset(queue_of, -1, FLOWS);
	for (base = 0; base < FLOWS; base += 32) {
		for (i = 0; i < 32; i++) {
			t_ip_frame(buf, sizeof(buf), 0, 1, base + i, false, T_UDP);
			T_TRY(t_send_bytes(0, buf, sizeof(buf)));
		}
		got = 0;
		end = t_now_ms() + T_WAIT_MS;
		while (got < 32 && t_now_ms() < end) {
			for (q = 0; q < NQ; q++) {
				uint16_t n = rte_eth_rx_burst(F.id[1], q, m, RTE_DIM(m));

				for (i = 0; i < n; i++) {
					const uint8_t *p = rte_pktmbuf_mtod(m[i], uint8_t *);
					unsigned int flow = (p[34] << 8 | p[35]) - 1024;

					if (flow < FLOWS) {
						queue_of[flow] = q;
						if (hash_of != NULL)
							hash_of[flow] = m[i]->hash.rss;
					}
					rte_pktmbuf_free(m[i]);
				}
				got += n;
			}
			t_pause();
		}
		T_EQ(got, 32);
	}
	for (i = 0; i < FLOWS; i++)
		T_CHECK(queue_of[i] >= 0, "flow %u is lost", i);
	return 0;
}

static int
spreads(void)
{
	unsigned int count[NQ] = { 0 }, i;
	int8_t where[FLOWS], again[FLOWS];

	T_TRY(up_pair());
	T_TRY(spread(where, NULL));
	for (i = 0; i < FLOWS; i++)
		count[where[i]]++;
	for (i = 0; i < NQ; i++)
		T_CHECK(count[i] > FLOWS / NQ / 4, "queue %u has %u of %u flows", i, count[i],
			FLOWS);
	/* A flow stays where it is. */
	T_TRY(spread(again, NULL));
	T_CHECK(memcmp(where, again, sizeof(where)) == 0, "flows move");
	return 0;
}

/* The hash in the mbuf is Toeplitz over addresses and ports with our key, and
 * the table entry it selects is the queue. */
static int
hash_and_table(void)
{
	static const uint8_t pattern[8] = { 3, 1, 4, 1, 5, 9, 2, 6 };
	struct rte_eth_rss_reta_entry64 reta[2048 / 64] = { 0 };
	struct rte_eth_dev_info info;
	struct rte_eth_rss_conf conf = { 0 };
	uint8_t key[64];
	uint32_t hash[FLOWS];
	int8_t where[FLOWS];
	unsigned int i;

	T_TRY(up_pair());
	T_EQ(rte_eth_dev_info_get(F.id[1], &info), 0);
	T_CHECK(info.hash_key_size <= sizeof(key), "key size");
	for (i = 0; i < info.hash_key_size; i++)
		key[i] = pattern[i % 8] * 37 + i;
	conf.rss_key = key;
	conf.rss_key_len = info.hash_key_size;
	conf.rss_hf = (RTE_ETH_RSS_NONFRAG_IPV4_UDP | RTE_ETH_RSS_IP) &
		      info.flow_type_rss_offloads;
	T_EQ(rte_eth_dev_rss_hash_update(F.id[1], &conf), 0);
	T_TRY(spread(where, hash));
	for (i = 0; i < info.reta_size / 64; i++)
		reta[i].mask = UINT64_MAX;
	T_EQ(rte_eth_dev_rss_reta_query(F.id[1], reta, info.reta_size), 0);
	for (i = 0; i < FLOWS; i++) {
		struct rte_ipv4_tuple t = {
			.src_addr = RTE_IPV4(10, 0, 0, 1), .dst_addr = RTE_IPV4(10, 0, 0, 2),
			.sport = 1024 + i, .dport = 2000,
		};
		uint32_t want = rte_softrss((uint32_t *)&t, RTE_THASH_V4_L4_LEN, key);
		unsigned int at = want % info.reta_size;

		T_CHECK(hash[i] == want, "flow %u: hash %08x, expected %08x", i, hash[i], want);
		T_EQ(where[i], reta[at / 64].reta[at % 64]);
	}
	return 0;
}

static int
table_one_queue(void)
{
	struct rte_eth_rss_reta_entry64 reta[2048 / 64] = { 0 }, back[2048 / 64] = { 0 };
	struct rte_eth_dev_info info;
	int8_t where[FLOWS];
	unsigned int i;

	T_TRY(up_pair());
	T_EQ(rte_eth_dev_info_get(F.id[1], &info), 0);
	for (i = 0; i < info.reta_size; i++)
		reta[i / 64].reta[i % 64] = 2;
	for (i = 0; i < info.reta_size / 64; i++)
		reta[i].mask = back[i].mask = UINT64_MAX;
	T_EQ(rte_eth_dev_rss_reta_update(F.id[1], reta, info.reta_size), 0);
	T_EQ(rte_eth_dev_rss_reta_query(F.id[1], back, info.reta_size), 0);
	T_CHECK(memcmp(reta, back, sizeof(reta[0]) * info.reta_size / 64) == 0, "differs");
	T_TRY(spread(where, NULL));
	for (i = 0; i < FLOWS; i++)
		T_EQ(where[i], 2);
	/* Entries that are not masked stay. */
	memset(reta, 0, sizeof(reta));
	reta[1].mask = 2;
	reta[1].reta[1] = 1;
	T_EQ(rte_eth_dev_rss_reta_update(F.id[1], reta, info.reta_size), 0);
	T_EQ(rte_eth_dev_rss_reta_query(F.id[1], back, info.reta_size), 0);
	for (i = 0; i < info.reta_size; i++)
		T_CHECK(back[i / 64].reta[i % 64] == (i == 65 ? 1 : 2), "entry %u is %u", i,
			back[i / 64].reta[i % 64]);
	return 0;
}

static int
table_bad(void)
{
	struct rte_eth_rss_reta_entry64 reta[2048 / 64] = { 0 };
	struct rte_eth_dev_info info;

	T_TRY(up_pair());
	T_EQ(rte_eth_dev_info_get(F.id[1], &info), 0);
	reta[0].mask = 1;
	reta[0].reta[0] = NQ;
	T_EQ(rte_eth_dev_rss_reta_update(F.id[1], reta, info.reta_size), -EINVAL);
	reta[0].reta[0] = 0;
	T_EQ(rte_eth_dev_rss_reta_update(F.id[1], reta, info.reta_size / 2), -EINVAL);
	return 0;
}

static int
key_round_trip(void)
{
	struct rte_eth_rss_conf conf = { 0 };
	struct rte_eth_dev_info info;
	uint8_t key[64], back[64] = { 0 };
	unsigned int i;

	T_TRY(up_pair());
	T_EQ(rte_eth_dev_info_get(F.id[1], &info), 0);
	for (i = 0; i < sizeof(key); i++)
		key[i] = i * 7 + 1;
	conf.rss_key = key;
	conf.rss_key_len = info.hash_key_size;
	conf.rss_hf = RTE_ETH_RSS_IP & info.flow_type_rss_offloads;
	T_EQ(rte_eth_dev_rss_hash_update(F.id[1], &conf), 0);
	conf.rss_key = back;
	T_EQ(rte_eth_dev_rss_hash_conf_get(F.id[1], &conf), 0);
	T_CHECK(memcmp(key, back, info.hash_key_size) == 0, "another key");
	/* A key of the wrong length is refused. */
	conf.rss_key_len = info.hash_key_size - 1;
	T_CHECK(rte_eth_dev_rss_hash_update(F.id[1], &conf) < 0, "short key taken");
	return 0;
}

/* Offer one frame to port 1. */
static int
hash_of_frame(const uint8_t *buf, size_t len, uint32_t *hash)
{
	uint64_t end = t_now_ms() + T_WAIT_MS;
	struct rte_mbuf *m;
	uint64_t flags;
	uint16_t q = 0;

	T_TRY(t_send_bytes(0, buf, len));
	while (rte_eth_rx_burst(F.id[1], q, &m, 1) == 0) {
		T_CHECK(t_now_ms() < end, "the frame is lost");
		q = (q + 1) % NQ;
		t_pause();
	}
	*hash = m->hash.rss;
	flags = m->ol_flags;
	rte_pktmbuf_free(m);
	T_CHECK(flags & RTE_MBUF_F_RX_RSS_HASH, "no hash");
	return 0;
}

static void
swap_bytes(uint8_t *a, uint8_t *b, size_t n)
{
	uint8_t tmp[16];

	memcpy(tmp, a, n);
	memcpy(a, b, n);
	memcpy(b, tmp, n);
}

/* Of 32 connections, in both directions: how many have one hash. */
static int
directions(unsigned int *same)
{
	uint8_t buf[100];
	uint32_t there, back;
	unsigned int i;

	*same = 0;
	for (i = 0; i < 32; i++) {
		bool v6 = i & 1;
		uint8_t *ip = buf + RTE_ETHER_HDR_LEN, *l4 = ip + (v6 ? 40 : 20);

		t_ip_frame(buf, sizeof(buf), 0, 1, i, v6, i & 2 ? T_TCP : T_UDP);
		T_TRY(hash_of_frame(buf, sizeof(buf), &there));
		/* No checksum minds the order of what it sums up. */
		if (v6)
			swap_bytes(ip + 8, ip + 24, 16);
		else
			swap_bytes(ip + 12, ip + 16, 4);
		swap_bytes(l4, l4 + 2, 2);
		T_TRY(hash_of_frame(buf, sizeof(buf), &back));
		*same += there == back;
	}
	return 0;
}

/* A key that repeats itself every two bytes: what one direction of a connection
 * brings and what the other does have one hash, and go to one queue. */
static int
symmetric_key(void)
{
	struct rte_eth_rss_conf conf = { 0 };
	struct rte_eth_dev_info info;
	unsigned int i, same;
	uint8_t key[64];

	T_TRY(up_pair());
	T_EQ(rte_eth_dev_info_get(F.id[1], &info), 0);
	for (i = 0; i < sizeof(key); i++)
		key[i] = i % 2 == 0 ? 0x6D : 0x5A;
	conf.rss_key = key;
	conf.rss_key_len = info.hash_key_size;
	conf.rss_hf = info.flow_type_rss_offloads;
	T_TRY(directions(&same));
	T_EQ(same, 0);
	T_EQ(rte_eth_dev_rss_hash_update(F.id[1], &conf), 0);
	T_TRY(directions(&same));
	T_EQ(same, 32);
	return 0;
}

static const struct t_case cases[] = {
	{ "spreads", spreads, 2, T_WIRED, NULL },
	{ "hash_and_table", hash_and_table, 2, T_WIRED, NULL },
	{ "table_one_queue", table_one_queue, 2, T_WIRED, NULL },
	{ "table_bad", table_bad, 2, T_WIRED, NULL },
	{ "key_round_trip", key_round_trip, 2, T_WIRED, NULL },
	{ "symmetric_key", symmetric_key, 2, T_WIRED, NULL },
};

T_SUITE(rss, cases);
