/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * What needs long descriptors or a context: two VLAN tags, time stamps; and what
 * every path of the data path has in common: counts, clean-up, monitor address.
 */

#include <errno.h>

#include <rte_cycles.h>
#include <rte_mbuf_dyn.h>
#include <rte_power_intrinsics.h>
#include <rte_vect.h>

#include "test.h"

#define LEN	150

/* A frame to a port with tags in front of its type: outer (0: none) is a service tag. */
static size_t
tagged(uint8_t *buf, uint8_t to, uint16_t outer, uint16_t inner, uint32_t seq)
{
	size_t len = LEN;

	t_frame(buf, LEN, t_peer(to), to, seq);
	if (inner != 0) {
		memmove(buf + 16, buf + 12, len - 12);
		memcpy(buf + 12, (uint8_t[]){ 0x81, 0, inner >> 8, inner & 0xFF }, 4);
		len += 4;
	}
	if (outer != 0) {
		memmove(buf + 16, buf + 12, len - 12);
		memcpy(buf + 12, (uint8_t[]){ 0x88, 0xA8, outer >> 8, outer & 0xFF }, 4);
		len += 4;
	}
	return len;
}

static struct rte_mbuf *
through(uint8_t to, const uint8_t *buf, size_t len)
{
	struct rte_mbuf *m;

	if (t_send_bytes(t_peer(to), buf, len) != 0)
		return NULL;
	if (t_recv(to, 0, &m, 1, T_WAIT_MS) != 1) {
		t_fail(__FILE__, __LINE__, "nothing arrived");
		return NULL;
	}
	return m;
}

#define TAG_FLAGS \
	(RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED | RTE_MBUF_F_RX_QINQ | \
	 RTE_MBUF_F_RX_QINQ_STRIPPED)
#define ONE_TAG		(RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED)

/* Tags sent, and what is seen of them: flags, what the mbuf says, bytes left. */
static int
tags_seen(uint8_t to, uint16_t outer, uint16_t inner, uint64_t flags, uint16_t tci,
	  uint16_t tci_outer, size_t left)
{
	uint8_t buf[LEN + 8], plain[LEN];
	size_t len = tagged(buf, to, outer, inner, 5);
	struct rte_mbuf *m = through(to, buf, len);
	uint64_t got;

	T_CHECK(m != NULL, "tags %x, %x", outer, inner);
	got = m->ol_flags & TAG_FLAGS;
	T_CHECK(got == flags, "tags %x, %x: flags %lx", outer, inner, (unsigned long)got);
	T_EQ(m->pkt_len, left);
	if (flags & RTE_MBUF_F_RX_VLAN)
		T_EQ(m->vlan_tci, tci);
	if (flags & RTE_MBUF_F_RX_QINQ)
		T_EQ(m->vlan_tci_outer, tci_outer);
	tagged(plain, to, 0, 0, 5);
	T_CHECK(memcmp(rte_pktmbuf_mtod(m, uint8_t *), plain, 12) == 0 &&
		memcmp(rte_pktmbuf_mtod_offset(m, uint8_t *, left - (LEN - 12)), plain + 12,
		       LEN - 12) == 0, "content");
	rte_pktmbuf_free(m);
	return 0;
}

static int
qinq_strip(void)
{
	static const struct t_up both = { .rx_offloads = RTE_ETH_RX_OFFLOAD_QINQ_STRIP |
							 RTE_ETH_RX_OFFLOAD_VLAN_STRIP };

	T_TRY(t_up(0, NULL));
	T_TRY(t_up(1, &both));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	T_TRY(tags_seen(1, 0x2064, 0x4005, TAG_FLAGS, 0x4005, 0x2064, LEN));
	T_TRY(tags_seen(1, 0, 0x4005, ONE_TAG, 0x4005, 0, LEN));
	T_TRY(tags_seen(1, 0x2064, 0, ONE_TAG, 0x2064, 0, LEN));
	T_TRY(tags_seen(1, 0, 0, 0, 0, 0, LEN));
	/* The neighbour has no such setting. */
	return tags_seen(0, 0x2064, 0x4005, 0, 0, 0, LEN + 8);
}

static int
qinq_strip_runtime(void)
{
	static const struct t_up both = { .rx_offloads = RTE_ETH_RX_OFFLOAD_QINQ_STRIP };
	uint16_t id = F.id[1];

	T_TRY(t_up(0, NULL));
	T_TRY(t_up(1, &both));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	T_TRY(tags_seen(1, 0x64, 5, TAG_FLAGS, 5, 0x64, LEN));
	T_EQ(rte_eth_dev_set_vlan_offload(id, 0), 0);
	T_TRY(tags_seen(1, 0x64, 5, 0, 0, 0, LEN + 8));
	T_EQ(rte_eth_dev_set_vlan_offload(id, RTE_ETH_VLAN_STRIP_OFFLOAD), 0);
	T_TRY(tags_seen(1, 0x64, 5, ONE_TAG, 0x64, 0, LEN + 4));
	T_EQ(rte_eth_dev_set_vlan_offload(id, RTE_ETH_QINQ_STRIP_OFFLOAD), 0);
	T_TRY(tags_seen(1, 0x64, 5, TAG_FLAGS, 5, 0x64, LEN));
	/* Where descriptors are short it is too late. */
	T_EQ(rte_eth_dev_set_vlan_offload(F.id[0], RTE_ETH_QINQ_STRIP_OFFLOAD), -ENOTSUP);
	T_EQ(rte_eth_dev_get_vlan_offload(F.id[0]), 0);
	return t_ping(0);
}

/* Both tags out of an mbuf; then with TSO's other user of the context. */
static int
qinq_insert(void)
{
	static const struct t_up insert = { .tx_offloads = RTE_ETH_TX_OFFLOAD_QINQ_INSERT |
							   RTE_ETH_TX_OFFLOAD_VLAN_INSERT };
	static const uint64_t ways[] = {
		RTE_MBUF_F_TX_QINQ | RTE_MBUF_F_TX_VLAN, RTE_MBUF_F_TX_QINQ, RTE_MBUF_F_TX_VLAN, 0,
	};
	uint8_t plain[LEN + 8], want[LEN + 8], got[LEN + 8];
	struct rte_mbuf *m;
	unsigned int i;
	size_t len;

	T_TRY(t_up_all(&insert));
	for (i = 0; i < RTE_DIM(ways); i++) {
		bool two = ways[i] & RTE_MBUF_F_TX_QINQ;

		tagged(plain, 1, 0, 0, i);
		len = tagged(want, 1, two ? 0xA123 : 0, ways[i] ? 0x4FFE : 0, i);
		m = t_mbuf(F.pool, plain, LEN, 0);
		T_CHECK(m != NULL, "no mbuf");
		m->ol_flags |= ways[i];
		m->vlan_tci = 0x4FFE;
		m->vlan_tci_outer = 0xA123;
		T_EQ(rte_eth_tx_prepare(F.id[0], 0, &m, 1), 1);
		T_TRY(t_send(0, 0, &m, 1));
		T_EQ(t_recv_bytes(1, got, sizeof(got), T_WAIT_MS), len);
		T_CHECK(memcmp(want, got, len) == 0, "way %u: content differs", i);
	}
	return t_ping(0);
}

uint64_t
t_stamp(const struct rte_mbuf *m)
{
	int at = rte_mbuf_dynfield_lookup(RTE_MBUF_DYNFIELD_TIMESTAMP_NAME, NULL);
	int flag = rte_mbuf_dynflag_lookup(RTE_MBUF_DYNFLAG_RX_TIMESTAMP_NAME, NULL);

	if (at < 0 || flag < 0 || !(m->ol_flags & UINT64_C(1) << flag))
		return 0;
	return *RTE_MBUF_DYNFIELD(m, at, const rte_mbuf_timestamp_t *);
}

/* A frame's time is between that before it was sent and that after it came. */
static int
stamps_are_right(uint8_t to, unsigned int nb)
{
	uint64_t before, after, last = 0, at;
	uint8_t buf[LEN];
	struct rte_mbuf *m;
	unsigned int i;

	t_frame(buf, LEN, t_peer(to), to, 1);
	for (i = 0; i < nb; i++) {
		T_EQ(rte_eth_read_clock(F.id[to], &before), 0);
		m = through(to, buf, LEN);
		T_CHECK(m != NULL, "%u", i);
		at = t_stamp(m);
		rte_pktmbuf_free(m);
		T_EQ(rte_eth_read_clock(F.id[to], &after), 0);
		T_CHECK(at >= before && at <= after, "%lu is not from %lu to %lu",
			(unsigned long)at, (unsigned long)before, (unsigned long)after);
		T_CHECK(at > last, "time stands still");
		last = at;
	}
	return 0;
}

static const struct t_up with_stamps = { .rx_offloads = RTE_ETH_RX_OFFLOAD_TIMESTAMP };

static int
timestamps(void)
{
	uint8_t buf[LEN];
	struct rte_mbuf *m;

	T_TRY(t_up(0, NULL));
	T_TRY(t_up(1, &with_stamps));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	T_TRY(stamps_are_right(1, 50));
	t_frame(buf, LEN, 1, 0, 1);
	m = through(0, buf, LEN);
	T_CHECK(m != NULL, "the neighbour");
	T_EQ(t_stamp(m), 0);
	rte_pktmbuf_free(m);
	return 0;
}

/* Beyond the time that the low bits of a stamp can tell apart. */
static int
timestamps_later(void)
{
	T_TRY(t_up_all(&with_stamps));
	T_TRY(stamps_are_right(1, 1));
	rte_delay_ms(2500);
	return stamps_are_right(1, 3);
}

/* Rates of the clock and of the CPU's agree. */
static int
read_clock(void)
{
	uint64_t a, b, t;

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_read_clock(F.id[0], &a), 0);
	t = rte_get_timer_cycles();
	rte_delay_ms(100);
	T_EQ(rte_eth_read_clock(F.id[1], &b), 0);
	t = (rte_get_timer_cycles() - t) * 1000000 / (rte_get_timer_hz() / 1000);
	T_CHECK(b > a && b - a > t / 2 && b - a < t * 2, "%lu ns on the device, %lu here",
		(unsigned long)(b - a), (unsigned long)t);
	return 0;
}

/* All of it is as it was when the device has reset. */
static int
after_reset(void)
{
	static const struct t_up up = { .rx_offloads = RTE_ETH_RX_OFFLOAD_TIMESTAMP |
						       RTE_ETH_RX_OFFLOAD_QINQ_STRIP };

	T_TRY(t_up_all(&up));
	T_TRY(t_fault("reset corer"));
	T_WAIT(t_recoveries() == 1, 20000, "no recovery");
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	T_TRY(tags_seen(1, 0x2064, 0x4005, TAG_FLAGS, 0x4005, 0x2064, LEN));
	return stamps_are_right(0, 2);
}

static int
mode_begins(uint16_t id, bool rx, const char *what)
{
	struct rte_eth_burst_mode mode = { 0 };

	T_EQ(rx ? rte_eth_rx_burst_mode_get(id, 0, &mode) :
		  rte_eth_tx_burst_mode_get(id, 0, &mode), 0);
	T_CHECK(strncmp(mode.info, what, strlen(what)) == 0, "\"%s\", not \"%s\"", mode.info, what);
	return 0;
}

/* What vector paths do not have selects a path that has it, on that port alone. */
static int
paths(void)
{
	static const uint64_t rx[] = { RTE_ETH_RX_OFFLOAD_TIMESTAMP, RTE_ETH_RX_OFFLOAD_QINQ_STRIP,
				       RTE_ETH_RX_OFFLOAD_OUTER_UDP_CKSUM };
	static const uint64_t tx[] = {
		RTE_ETH_TX_OFFLOAD_QINQ_INSERT, RTE_ETH_TX_OFFLOAD_OUTER_IPV4_CKSUM,
		RTE_ETH_TX_OFFLOAD_OUTER_UDP_CKSUM, RTE_ETH_TX_OFFLOAD_VXLAN_TNL_TSO,
	};
	struct rte_eth_burst_mode plain = { 0 }, now = { 0 };
	unsigned int i;

	T_TRY(t_up(0, NULL));
	T_EQ(rte_eth_rx_burst_mode_get(F.id[0], 0, &plain), 0);
	for (i = 0; i < RTE_DIM(tx); i++) {
		T_TRY(t_up(1, &(struct t_up){ .rx_offloads = rx[i % RTE_DIM(rx)],
					      .tx_offloads = tx[i] }));
		T_TRY(mode_begins(F.id[1], true, "Scalar Full"));
		T_TRY(mode_begins(F.id[1], false, "Scalar Tunnel"));
		T_TRY(t_down(1));
	}
	T_EQ(rte_eth_rx_burst_mode_get(F.id[0], 0, &now), 0);
	T_CHECK(strcmp(plain.info, now.info) == 0, "\"%s\" became \"%s\"", plain.info, now.info);
	return 0;
}

static int
send_some(unsigned int nb)
{
	uint8_t buf[LEN];
	unsigned int i;

	for (i = 0; i < nb; i++) {
		t_frame(buf, LEN, 0, 1, i);
		T_TRY(t_send_bytes(0, buf, LEN));
	}
	return 0;
}

/* Sleeping until a frame comes: what would wake the lcore. */
static int
monitored(uint16_t id)
{
	struct rte_power_monitor_cond c = { 0 };
	struct rte_mbuf *m;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		T_EQ(rte_eth_get_monitor_addr(id, 0, &c), 0);
		T_EQ(c.size, 2);
		T_EQ(c.fn(*(volatile uint16_t *)c.addr, c.opaque), 0);
		T_TRY(send_some(1));
		T_WAIT(c.fn(*(volatile uint16_t *)c.addr, c.opaque) == -1, T_WAIT_MS,
		       "nothing would wake it");
		T_EQ(t_recv(1, 0, &m, 1, T_WAIT_MS), 1);
		rte_pktmbuf_free(m);
	}
	return 0;
}

/* One width of all the paths: filled slots are counted and named one by one, what
 * was sent can be had back, and there is an address to monitor. */
static int
one_width(const char *name)
{
	struct rte_mbuf *m[64];
	unsigned int i, before;
	int n;

	T_TRY(t_up_all(&(struct t_up){ .rxd = 128, .txd = 128 }));
	T_TRY(mode_begins(F.id[1], true, name));
	T_TRY(mode_begins(F.id[0], false, name));
	before = rte_mempool_in_use_count(F.pool);
	/* Over the ring's end and back. */
	for (i = 0; i < 10; i++) {
		T_TRY(send_some(29));
		T_WAIT(rte_eth_rx_queue_count(F.id[1], 0) == 29, T_WAIT_MS, "%s: %d of 29", name,
		       rte_eth_rx_queue_count(F.id[1], 0));
		T_EQ(rte_eth_rx_descriptor_status(F.id[1], 0, 28), RTE_ETH_RX_DESC_DONE);
		T_EQ(rte_eth_rx_descriptor_status(F.id[1], 0, 29), RTE_ETH_RX_DESC_AVAIL);
		T_EQ(t_recv(1, 0, m, 29, T_WAIT_MS), 29);
		rte_pktmbuf_free_bulk(m, 29);
		T_EQ(rte_eth_rx_queue_count(F.id[1], 0), 0);
	}
	/* One threshold's worth may wait for its completion; that may be all there is. */
	n = rte_eth_tx_done_cleanup(F.id[0], 0, 0);
	T_CHECK(n >= 0, "%s: %d", name, n);
	T_CHECK(rte_mempool_in_use_count(F.pool) < before + 64, "%s: %u in use, %u before", name,
		rte_mempool_in_use_count(F.pool), before);
	T_TRY(monitored(F.id[1]));
	T_TRY(t_down(0));
	return t_down(1);
}

static int
each_width(void)
{
	static const struct {
		uint16_t bits;
		enum rte_cpu_flag_t cpu;
		const char *name;
	} widths[] = {
		{ 64, RTE_CPUFLAG_SSE4_2, "Scalar" },
		{ 128, RTE_CPUFLAG_SSE4_2, "Vector SSE" },
		{ 256, RTE_CPUFLAG_AVX2, "Vector AVX2" },
		{ 512, RTE_CPUFLAG_AVX512VL, "Vector AVX512" },
	};
	uint16_t was = rte_vect_get_max_simd_bitwidth();
	unsigned int i;
	int rc = 0;

	for (i = 0; i < RTE_DIM(widths) && rc == 0; i++) {
		if (rte_cpu_get_flag_enabled(widths[i].cpu) != 1)
			continue;
		/* Forced from outside: only that one. */
		if (rte_vect_set_max_simd_bitwidth(widths[i].bits) != 0 && was != widths[i].bits)
			continue;
		rc = one_width(widths[i].name);
	}
	rte_vect_set_max_simd_bitwidth(was);
	return rc;
}

/* When all that was sent is out, a burst is taken whole: there is room at first, and
 * more is made while it goes on. */
static int
whole_bursts(void)
{
	static const struct t_up up = { .tx_offloads = RTE_ETH_TX_OFFLOAD_MULTI_SEGS, .txd = 128 };
	struct rte_mbuf *m[64];
	unsigned int round, i;
	uint8_t buf[LEN];

	T_TRY(t_up_all(&up));
	for (round = 0; round < 30; round++) {
		for (i = 0; i < RTE_DIM(m); i++) {
			t_frame(buf, LEN, 0, 1, i);
			m[i] = t_mbuf(F.pool, buf, LEN, i % 6 == 4 ? LEN / 2 : 0);
			T_CHECK(m[i] != NULL, "no mbuf");
		}
		T_EQ(rte_eth_tx_burst(F.id[0], 0, m, RTE_DIM(m)), RTE_DIM(m));
		T_EQ(t_recv(1, 0, m, RTE_DIM(m), T_WAIT_MS), RTE_DIM(m));
		rte_pktmbuf_free_bulk(m, RTE_DIM(m));
	}
	return 0;
}

/* Port 1 with two pools: headers as far as `proto` in F.pool, the rest in F.big. */
static int
up_split(uint32_t proto, uint64_t more)
{
	const uint64_t want = RTE_ETH_RX_OFFLOAD_BUFFER_SPLIT | more;
	struct rte_eth_conf conf = { .rxmode = { .offloads = want, .mtu = 9000 } };
	union rte_eth_rxseg seg[2] = {
		{ .split = { .mp = F.pool, .proto_hdr = proto } }, { .split = { .mp = F.big } },
	};
	struct rte_eth_rxconf rx = { .rx_seg = seg, .rx_nseg = 2 };

	T_EQ(rte_eth_dev_configure(F.id[1], 1, 1, &conf), 0);
	T_EQ(rte_eth_rx_queue_setup(F.id[1], 0, 128, SOCKET_ID_ANY, &rx, NULL), 0);
	T_EQ(rte_eth_tx_queue_setup(F.id[1], 0, 128, SOCKET_ID_ANY, NULL), 0);
	T_EQ(rte_eth_dev_start(F.id[1]), 0);
	return t_wait_link(1, true);
}

/* What arrives is the frame, its first `head` bytes in the headers' pool. */
static int
splits(const uint8_t *buf, size_t len, size_t head)
{
	static uint8_t got[T_MAX_FRAME];
	struct rte_mbuf *m = through(1, buf, len);

	T_CHECK(m != NULL, "%zu bytes", len);
	T_EQ(m->pkt_len, len);
	T_EQ(m->nb_segs, head == 0 || head == len ? 1 : 2);
	T_CHECK(m->pool == (head == 0 ? F.big : F.pool), "begins in another pool");
	if (head != 0)
		T_EQ(m->data_len, head);
	if (m->nb_segs == 2)
		T_CHECK(m->next->pool == F.big, "goes on in another pool");
	T_EQ(t_mbuf_read(m, got, sizeof(got)), len);
	T_CHECK(memcmp(got, buf, len) == 0, "content");
	rte_pktmbuf_free(m);
	return 0;
}

#define P_V4	(RTE_PTYPE_L2_ETHER | RTE_PTYPE_L3_IPV4_EXT_UNKNOWN)
#define P_V6	(RTE_PTYPE_L2_ETHER | RTE_PTYPE_L3_IPV6_EXT_UNKNOWN)

static int
split(void)
{
	static const struct {
		uint32_t proto;
		size_t other, udp4, tcp4, udp6, tcp6;	/* bytes of headers */
	} t[] = {
		{ RTE_PTYPE_L2_ETHER, 14, 14, 14, 14, 14 },
		{ P_V4, 0, 34, 34, 54, 54 },
		{ P_V4 | RTE_PTYPE_L4_UDP, 0, 42, 54, 62, 74 },
		{ P_V6 | RTE_PTYPE_L4_TCP, 0, 42, 54, 62, 74 },
		{ P_V4 | RTE_PTYPE_L4_SCTP, 0, 0, 0, 0, 0 },
	};
	static uint8_t buf[5000];
	size_t len[] = { 80, 1514, sizeof(buf) };
	unsigned int i, k;

	T_TRY(t_up(0, &(struct t_up){ .mtu = 9000, .pool = F.big }));
	for (i = 0; i < RTE_DIM(t); i++) {
		T_TRY(up_split(t[i].proto, i % 2 ? RTE_ETH_RX_OFFLOAD_TIMESTAMP : 0));
		T_TRY(mode_begins(F.id[1], true, "Scalar Split"));
		/* More than a ring of each. */
		for (k = 0; k < 150; k++) {
			size_t n = len[k % 3];

			t_frame(buf, n, 0, 1, k);
			T_TRY(splits(buf, n, t[i].other));
			t_ip_frame(buf, n, 0, 1, k, k & 1, k & 2 ? T_TCP : T_UDP);
			T_TRY(splits(buf, n, k & 1 ? (k & 2 ? t[i].tcp6 : t[i].udp6) :
						    (k & 2 ? t[i].tcp4 : t[i].udp4)));
		}
		/* Nothing but headers. */
		t_ip_frame(buf, 74, 0, 1, k, true, T_TCP);
		T_TRY(splits(buf, 74, t[i].tcp6));
		T_TRY(t_down(1));
	}
	return 0;
}

/* What the device cannot split, or not into these, is refused. */
static int
split_refused(void)
{
	struct rte_eth_conf conf = { .rxmode = { .offloads = RTE_ETH_RX_OFFLOAD_BUFFER_SPLIT } };
	union rte_eth_rxseg seg[3] = {
		{ .split = { .mp = F.pool, .length = 64 } }, { .split = { .mp = F.big } },
		{ .split = { .mp = F.big } },
	};
	struct rte_eth_rxconf rx = { .rx_seg = seg, .rx_nseg = 2 };
	uint32_t known[32];
	int nb;

	nb = rte_eth_buffer_split_get_supported_hdr_ptypes(F.id[1], known, RTE_DIM(known));
	T_EQ(nb, 9);
	T_EQ(rte_eth_dev_configure(F.id[1], 1, 1, &conf), 0);
	T_EQ(rte_eth_rx_queue_setup(F.id[1], 0, 128, SOCKET_ID_ANY, &rx, NULL), -ENOTSUP);
	seg[0].split.length = 0;
	seg[0].split.proto_hdr = RTE_PTYPE_L2_ETHER_ARP;
	T_CHECK(rte_eth_rx_queue_setup(F.id[1], 0, 128, SOCKET_ID_ANY, &rx, NULL) != 0, "ARP");
	seg[0].split.proto_hdr = RTE_PTYPE_L2_ETHER;
	rx.rx_nseg = 3;
	T_CHECK(rte_eth_rx_queue_setup(F.id[1], 0, 128, SOCKET_ID_ANY, &rx, NULL) != 0, "three");
	return 0;
}

/* Either pool runs empty for a while; the runner sees that both are whole at the end. */
static int
split_starved(void)
{
	struct rte_mempool *pool[2] = { F.pool, F.big };
	static struct rte_mbuf *held[12288];
	struct rte_eth_stats st;
	unsigned int i, k, nb;
	uint8_t buf[LEN];

	T_TRY(t_up(0, NULL));
	T_TRY(up_split(RTE_PTYPE_L2_ETHER, 0));
	for (i = 0; i < 2; i++) {
		t_frame(buf, LEN, 0, 1, i);
		T_EQ(rte_eth_stats_reset(F.id[1]), 0);
		for (nb = 0; nb < RTE_DIM(held); nb++) {
			held[nb] = rte_pktmbuf_alloc(pool[i]);
			if (held[nb] == NULL)
				break;
		}
		/* One for the sender. */
		if (i == 0)
			rte_pktmbuf_free(held[--nb]);
		for (k = 0; k < 100; k++)
			T_TRY(splits(buf, LEN, 14));
		rte_pktmbuf_free_bulk(held, nb);
		T_EQ(rte_eth_stats_get(F.id[1], &st), 0);
		T_CHECK(st.rx_nombuf > 0, "pool %u was not empty", i);
		for (k = 0; k < 300; k++)
			T_TRY(splits(buf, LEN, 14));
	}
	return 0;
}

static const struct t_case cases[] = {
	{ "qinq_strip", qinq_strip, 2, T_WIRED, NULL },
	{ "qinq_strip_runtime", qinq_strip_runtime, 2, T_WIRED, NULL },
	{ "qinq_insert", qinq_insert, 2, T_WIRED, NULL },
	{ "timestamps", timestamps, 2, T_WIRED, NULL },
	{ "timestamps_later", timestamps_later, 2, T_WIRED, NULL },
	{ "read_clock", read_clock, 2, T_WIRED, NULL },
	{ "after_reset", after_reset, 2, T_SIM | T_WIRED, NULL },
	{ "paths", paths, 2, T_WIRED, NULL },
	{ "each_width", each_width, 2, T_WIRED, NULL },
	{ "whole_bursts", whole_bursts, 2, T_WIRED, NULL },
	{ "split", split, 2, T_WIRED, NULL },
	{ "split_refused", split_refused, 2, T_WIRED, NULL },
	{ "split_starved", split_starved, 2, T_WIRED, NULL },
};

T_SUITE(long, cases);
