/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file VLAN strip and insert, checksums, TSO, packet types. */

#include <errno.h>

#include <rte_byteorder.h>
#include <rte_ip.h>
#include <rte_net.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "test.h"

#define L2	RTE_ETHER_HDR_LEN
#define L3V4	sizeof(struct rte_ipv4_hdr)
#define L3V6	sizeof(struct rte_ipv6_hdr)

static const struct t_up all_cksum = {
	.rx_offloads = RTE_ETH_RX_OFFLOAD_CHECKSUM,
	.tx_offloads = RTE_ETH_TX_OFFLOAD_IPV4_CKSUM | RTE_ETH_TX_OFFLOAD_UDP_CKSUM |
		       RTE_ETH_TX_OFFLOAD_TCP_CKSUM,
};

/* Send bytes 0→1 and take what arrives. */
static struct rte_mbuf *
through(const uint8_t *buf, size_t len)
{
	struct rte_mbuf *m;

	if (t_send_bytes(0, buf, len) != 0)
		return NULL;
	if (t_recv(1, 0, &m, 1, T_WAIT_MS) != 1) {
		t_fail(__FILE__, __LINE__, "nothing arrived");
		return NULL;
	}
	return m;
}

static size_t
tag(uint8_t *buf, size_t len, uint16_t tci)
{
	memmove(buf + 16, buf + 12, len - 12);
	buf[12] = 0x81;
	buf[13] = 0x00;
	buf[14] = tci >> 8;
	buf[15] = tci & 0xFF;
	return len + 4;
}

static int
vlan_strip(void)
{
	static const struct t_up strip = { .rx_offloads = RTE_ETH_RX_OFFLOAD_VLAN_STRIP };
	uint8_t buf[200], plain[200], got[200];
	struct rte_mbuf *m;
	size_t len;

	T_TRY(t_up(0, NULL));
	T_TRY(t_up(1, &strip));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	t_frame(plain, 150, 0, 1, 4);
	memcpy(buf, plain, 150);
	len = tag(buf, 150, 0x6123);
	m = through(buf, len);
	T_CHECK(m != NULL, "tagged");
	T_EQ(m->vlan_tci, 0x6123);
	T_CHECK((m->ol_flags & (RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED)) ==
		(RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED), "flags %lx",
		(unsigned long)m->ol_flags);
	T_EQ(t_mbuf_read(m, got, sizeof(got)), 150);
	T_CHECK(memcmp(plain, got, 150) == 0, "content differs");
	rte_pktmbuf_free(m);
	/* The next frame without a tag does not inherit it. */
	m = through(plain, 150);
	T_CHECK(m != NULL, "untagged");
	T_CHECK((m->ol_flags & (RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED)) == 0,
		"flags %lx", (unsigned long)m->ol_flags);
	rte_pktmbuf_free(m);
	return 0;
}

static int
vlan_strip_off(void)
{
	uint8_t buf[200];
	struct rte_mbuf *m;
	size_t len;

	T_TRY(t_up_all(NULL));
	t_frame(buf, 150, 0, 1, 4);
	len = tag(buf, 150, 77);
	m = through(buf, len);
	T_CHECK(m != NULL, "tagged");
	T_EQ(m->pkt_len, len);
	T_CHECK((m->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED) == 0, "stripped");
	T_CHECK(memcmp(rte_pktmbuf_mtod(m, void *), buf, len) == 0, "content differs");
	rte_pktmbuf_free(m);
	return 0;
}

#define TAG_FLAGS	(RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED)

/* Nothing else is asked for: the burst function that runs had no flags to set. */
static int
vlan_strip_runtime(void)
{
	struct rte_eth_burst_mode before, after;
	uint8_t buf[200];
	struct rte_mbuf *m;
	size_t len;

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_rx_burst_mode_get(F.id[1], 0, &before), 0);
	t_frame(buf, 150, 0, 1, 4);
	len = tag(buf, 150, 77);
	T_EQ(rte_eth_dev_set_vlan_offload(F.id[1], RTE_ETH_VLAN_STRIP_OFFLOAD), 0);
	m = through(buf, len);
	T_CHECK(m != NULL, "on");
	T_EQ(m->pkt_len, 150);
	T_EQ(m->vlan_tci, 77);
	T_EQ(m->ol_flags & TAG_FLAGS, TAG_FLAGS);
	rte_pktmbuf_free(m);
	T_EQ(rte_eth_dev_set_vlan_offload(F.id[1], 0), 0);
	m = through(buf, len);
	T_CHECK(m != NULL, "off");
	T_EQ(m->pkt_len, len);
	T_EQ(m->ol_flags & TAG_FLAGS, 0);
	rte_pktmbuf_free(m);
	/* What it cost is over, too. */
	T_EQ(rte_eth_rx_burst_mode_get(F.id[1], 0, &after), 0);
	T_CHECK(strcmp(before.info, after.info) == 0, "%s, was %s", after.info, before.info);
	return 0;
}

static int
vlan_insert(void)
{
	static const struct t_up insert = { .tx_offloads = RTE_ETH_TX_OFFLOAD_VLAN_INSERT };
	uint8_t buf[200], want[200], got[200];
	struct rte_mbuf *m;
	size_t len;

	T_TRY(t_up(0, &insert));
	T_TRY(t_up(1, NULL));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	t_frame(buf, 150, 0, 1, 6);
	memcpy(want, buf, 150);
	len = tag(want, 150, 0xA123);
	m = t_mbuf(F.pool, buf, 150, 0);
	T_CHECK(m != NULL, "no mbuf");
	m->ol_flags |= RTE_MBUF_F_TX_VLAN;
	m->vlan_tci = 0xA123;
	T_EQ(rte_eth_tx_prepare(F.id[0], 0, &m, 1), 1);
	T_TRY(t_send(0, 0, &m, 1));
	T_EQ(t_recv_bytes(1, got, sizeof(got), T_WAIT_MS), len);
	T_CHECK(memcmp(want, got, len) == 0, "content differs");
	/* Without the flag nothing is inserted. */
	T_TRY(t_send_bytes(0, buf, 150));
	T_EQ(t_recv_bytes(1, got, sizeof(got), T_WAIT_MS), 150);
	return 0;
}

static int
check_rx_cksum(const uint8_t *buf, size_t len, uint64_t ip, uint64_t l4, const char *what)
{
	struct rte_mbuf *m = through(buf, len);

	T_CHECK(m != NULL, "%s", what);
	T_CHECK((m->ol_flags & RTE_MBUF_F_RX_IP_CKSUM_MASK) == ip, "%s: IP flags %lx", what,
		(unsigned long)m->ol_flags);
	T_CHECK((m->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK) == l4, "%s: L4 flags %lx", what,
		(unsigned long)m->ol_flags);
	T_CHECK(memcmp(rte_pktmbuf_mtod(m, void *), buf, len) == 0, "%s: content", what);
	rte_pktmbuf_free(m);
	return 0;
}

static int
rx_cksum(void)
{
	uint8_t buf[300];

	T_TRY(t_up_all(&all_cksum));
	t_ip_frame(buf, 300, 0, 1, 1, false, T_UDP);
	T_TRY(check_rx_cksum(buf, 300, RTE_MBUF_F_RX_IP_CKSUM_GOOD, RTE_MBUF_F_RX_L4_CKSUM_GOOD,
			     "UDP"));
	t_ip_frame(buf, 299, 0, 1, 1, false, T_TCP);
	T_TRY(check_rx_cksum(buf, 299, RTE_MBUF_F_RX_IP_CKSUM_GOOD, RTE_MBUF_F_RX_L4_CKSUM_GOOD,
			     "TCP"));
	buf[290] ^= 1;
	T_TRY(check_rx_cksum(buf, 299, RTE_MBUF_F_RX_IP_CKSUM_GOOD, RTE_MBUF_F_RX_L4_CKSUM_BAD,
			     "TCP, bad payload"));
	t_ip_frame(buf, 300, 0, 1, 1, false, T_UDP);
	buf[L2 + offsetof(struct rte_ipv4_hdr, time_to_live)] ^= 1;
	T_TRY(check_rx_cksum(buf, 300, RTE_MBUF_F_RX_IP_CKSUM_BAD, RTE_MBUF_F_RX_L4_CKSUM_GOOD,
			     "bad IP header"));
	/* Good again after bad: nothing sticks. */
	t_ip_frame(buf, 300, 0, 1, 2, false, T_UDP);
	return check_rx_cksum(buf, 300, RTE_MBUF_F_RX_IP_CKSUM_GOOD, RTE_MBUF_F_RX_L4_CKSUM_GOOD,
			      "UDP again");
}

static int
rx_cksum_v6(void)
{
	uint8_t buf[300];
	struct rte_mbuf *m;

	T_TRY(t_up_all(&all_cksum));
	t_ip_frame(buf, 200, 0, 1, 3, true, T_UDP);
	m = through(buf, 200);
	T_CHECK(m != NULL, "IPv6");
	T_EQ(m->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK, RTE_MBUF_F_RX_L4_CKSUM_GOOD);
	T_CHECK((m->ol_flags & RTE_MBUF_F_RX_IP_CKSUM_MASK) != RTE_MBUF_F_RX_IP_CKSUM_BAD,
		"IPv6 has no checksum to be bad");
	rte_pktmbuf_free(m);
	buf[199] ^= 0x80;
	m = through(buf, 200);
	T_CHECK(m != NULL, "IPv6, bad");
	T_EQ(m->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK, RTE_MBUF_F_RX_L4_CKSUM_BAD);
	rte_pktmbuf_free(m);
	return 0;
}

/* Not asked for: the flags may still tell, but never a lie. */
static int
rx_cksum_off(void)
{
	uint64_t ip, l4;
	uint8_t buf[128];
	struct rte_mbuf *m;

	T_TRY(t_up_all(NULL));
	t_ip_frame(buf, 128, 0, 1, 1, false, T_UDP);
	buf[100] ^= 1;
	m = through(buf, 128);
	T_CHECK(m != NULL, "off");
	ip = m->ol_flags & RTE_MBUF_F_RX_IP_CKSUM_MASK;
	l4 = m->ol_flags & RTE_MBUF_F_RX_L4_CKSUM_MASK;
	rte_pktmbuf_free(m);
	T_CHECK(ip == RTE_MBUF_F_RX_IP_CKSUM_UNKNOWN || ip == RTE_MBUF_F_RX_IP_CKSUM_GOOD,
		"IP flags %lx", (unsigned long)ip);
	T_CHECK(l4 == RTE_MBUF_F_RX_L4_CKSUM_UNKNOWN || l4 == RTE_MBUF_F_RX_L4_CKSUM_BAD,
		"L4 flags %lx", (unsigned long)l4);
	return 0;
}

/* Leave the checksums to the device: what arrives is as if we had done it. */
static int
tx_cksum_one(bool v6, enum t_l4 l4, size_t len)
{
	static uint8_t want[2048], buf[2048], got[2048];
	size_t l3len = v6 ? L3V6 : L3V4;
	uint8_t *ip = buf + L2, *l4h = ip + l3len;
	struct rte_mbuf *m;
	uint16_t pseudo;
	uint64_t flags;
	size_t n;

	t_ip_frame(want, len, 0, 1, len, v6, l4);
	memcpy(buf, want, len);
	flags = v6 ? RTE_MBUF_F_TX_IPV6 : RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM;
	flags |= l4 == T_UDP ? RTE_MBUF_F_TX_UDP_CKSUM : RTE_MBUF_F_TX_TCP_CKSUM;
	if (!v6)
		memset(ip + offsetof(struct rte_ipv4_hdr, hdr_checksum), 0, 2);
	pseudo = v6 ? rte_ipv6_phdr_cksum((struct rte_ipv6_hdr *)ip, flags) :
		      rte_ipv4_phdr_cksum((struct rte_ipv4_hdr *)ip, flags);
	memcpy(l4h + (l4 == T_UDP ? offsetof(struct rte_udp_hdr, dgram_cksum) :
				    offsetof(struct rte_tcp_hdr, cksum)), &pseudo, 2);
	m = t_mbuf(F.pool, buf, len, 0);
	T_CHECK(m != NULL, "no mbuf");
	m->ol_flags |= flags;
	m->l2_len = L2;
	m->l3_len = l3len;
	m->l4_len = l4 == T_UDP ? 8 : 20;
	T_EQ(rte_eth_tx_prepare(F.id[0], 0, &m, 1), 1);
	T_TRY(t_send(0, 0, &m, 1));
	n = t_recv_bytes(1, got, sizeof(got), T_WAIT_MS);
	T_EQ(n, len);
	T_CHECK(memcmp(want, got, len) == 0, "IPv%c, %s, %zu bytes differ", v6 ? '6' : '4',
		l4 == T_UDP ? "UDP" : "TCP", len);
	return 0;
}

static int
tx_cksum(void)
{
	size_t len;

	T_TRY(t_up_all(&all_cksum));
	for (len = 80; len <= 1514; len += 239) {
		T_TRY(tx_cksum_one(false, T_UDP, len));
		T_TRY(tx_cksum_one(false, T_TCP, len + 1 > 1514 ? len : len + 1));
		T_TRY(tx_cksum_one(true, T_UDP, len));
		T_TRY(tx_cksum_one(true, T_TCP, len + 1 > 1514 ? len : len + 1));
	}
	return 0;
}

/* One TSO packet of `payload` bytes; its segments are rebuilt and compared. */
static int
tso_one(bool v6, size_t payload, uint16_t mss, size_t seg_len)
{
	static uint8_t buf[16384], got[2048];
	size_t l3len = v6 ? L3V6 : L3V4, hdr = L2 + l3len + sizeof(struct rte_tcp_hdr);
	struct rte_tcp_hdr *tcp = (struct rte_tcp_hdr *)(buf + L2 + l3len);
	size_t len = hdr + payload, done = 0;
	struct rte_mbuf *m;
	uint64_t flags = RTE_MBUF_F_TX_TCP_SEG;

	t_ip_frame(buf, len, 0, 1, 1000, v6, T_TCP);
	tcp->tcp_flags = RTE_TCP_ACK_FLAG | RTE_TCP_PSH_FLAG;
	flags |= v6 ? RTE_MBUF_F_TX_IPV6 : RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM;
	if (v6) {
		tcp->cksum = rte_ipv6_phdr_cksum((struct rte_ipv6_hdr *)(buf + L2), flags);
	} else {
		((struct rte_ipv4_hdr *)(buf + L2))->hdr_checksum = 0;
		tcp->cksum = rte_ipv4_phdr_cksum((struct rte_ipv4_hdr *)(buf + L2), flags);
	}
	m = t_mbuf(seg_len == 0 ? F.big : F.pool, buf, len, seg_len);
	T_CHECK(m != NULL, "no mbuf");
	m->ol_flags |= flags;
	m->l2_len = L2;
	m->l3_len = l3len;
	m->l4_len = sizeof(*tcp);
	m->tso_segsz = mss;
	T_EQ(rte_eth_tx_prepare(F.id[0], 0, &m, 1), 1);
	T_TRY(t_send(0, 0, &m, 1));
	while (done < payload) {
		size_t want = RTE_MIN((size_t)mss, payload - done);
		const struct rte_tcp_hdr *t = (const struct rte_tcp_hdr *)(got + L2 + l3len);
		bool last = done + want == payload;

		/* The wire pads the last one when it is short. */
		T_EQ(t_recv_bytes(1, got, sizeof(got), T_WAIT_MS), RTE_MAX(hdr + want, 60u));
		T_EQ(rte_be_to_cpu_32(t->sent_seq), 1000 + done);
		T_EQ(t->tcp_flags, RTE_TCP_ACK_FLAG | (last ? RTE_TCP_PSH_FLAG : 0));
		T_CHECK(memcmp(got + hdr, buf + hdr + done, want) == 0, "payload at %zu", done);
		if (v6) {
			const struct rte_ipv6_hdr *ip = (const struct rte_ipv6_hdr *)(got + L2);

			T_EQ(rte_be_to_cpu_16(ip->payload_len), sizeof(*t) + want);
			T_EQ(rte_ipv6_udptcp_cksum_verify(ip, t), 0);
		} else {
			const struct rte_ipv4_hdr *ip = (const struct rte_ipv4_hdr *)(got + L2);

			T_EQ(rte_be_to_cpu_16(ip->total_length), L3V4 + sizeof(*t) + want);
			T_EQ(rte_ipv4_cksum(ip), 0);
			T_EQ(rte_ipv4_udptcp_cksum_verify(ip, t), 0);
		}
		done += want;
	}
	return t_recv_none(1);
}

static const struct t_up tso_up = {
	.tx_offloads = RTE_ETH_TX_OFFLOAD_TCP_TSO | RTE_ETH_TX_OFFLOAD_MULTI_SEGS |
		       RTE_ETH_TX_OFFLOAD_IPV4_CKSUM | RTE_ETH_TX_OFFLOAD_TCP_CKSUM,
};

static int
tso_v4(void)
{
	T_TRY(t_up_all(&tso_up));
	T_TRY(tso_one(false, 5000, 1000, 0));
	T_TRY(tso_one(false, 5001, 1000, 0));
	T_TRY(tso_one(false, 1000, 1460, 0));
	return tso_one(false, 9000, 536, 1999);
}

static int
tso_v6(void)
{
	T_TRY(t_up_all(&tso_up));
	T_TRY(tso_one(true, 4320, 1440, 0));
	return tso_one(true, 7777, 1111, 1500);
}

static int
tso_then_plain(void)
{
	unsigned int i;

	T_TRY(t_up_all(&tso_up));
	for (i = 0; i < 100; i++)
		T_TRY(tso_one(false, 3000, 1400, 0));
	return t_ping(0);
}

static int
tso_bad_mss(void)
{
	uint8_t buf[1000];
	struct rte_mbuf *m;

	T_TRY(t_up_all(&tso_up));
	t_ip_frame(buf, sizeof(buf), 0, 1, 1, false, T_TCP);
	m = t_mbuf(F.pool, buf, sizeof(buf), 0);
	T_CHECK(m != NULL, "no mbuf");
	m->ol_flags |= RTE_MBUF_F_TX_TCP_SEG | RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM;
	m->l2_len = L2;
	m->l3_len = L3V4;
	m->l4_len = 20;
	m->tso_segsz = 1;
	T_EQ(rte_eth_tx_prepare(F.id[0], 0, &m, 1), 0);
	T_EQ(rte_errno, EINVAL);
	rte_pktmbuf_free(m);
	return t_ping(0);
}

static int
packet_types(void)
{
	static const struct {
		bool v6;
		enum t_l4 l4;
		uint32_t l3t, l4t;
	} want[] = {
		{ false, T_UDP, RTE_PTYPE_L3_IPV4_EXT_UNKNOWN, RTE_PTYPE_L4_UDP },
		{ false, T_TCP, RTE_PTYPE_L3_IPV4_EXT_UNKNOWN, RTE_PTYPE_L4_TCP },
		{ true, T_UDP, RTE_PTYPE_L3_IPV6_EXT_UNKNOWN, RTE_PTYPE_L4_UDP },
		{ true, T_TCP, RTE_PTYPE_L3_IPV6_EXT_UNKNOWN, RTE_PTYPE_L4_TCP },
	};
	uint8_t buf[128];
	uint32_t ptypes[64];
	struct rte_mbuf *m;
	unsigned int i;
	int nb, k;

	T_TRY(t_up_all(NULL));
	nb = rte_eth_dev_get_supported_ptypes(F.id[1], UINT32_MAX, ptypes, RTE_DIM(ptypes));
	T_CHECK(nb > 0 && nb <= (int)RTE_DIM(ptypes), "%d packet types", nb);
	for (i = 0; i < RTE_DIM(want); i++) {
		bool found = false;

		t_ip_frame(buf, 128, 0, 1, i, want[i].v6, want[i].l4);
		m = through(buf, 128);
		T_CHECK(m != NULL, "case %u", i);
		T_EQ(m->packet_type & RTE_PTYPE_L2_MASK, RTE_PTYPE_L2_ETHER);
		T_EQ(m->packet_type & RTE_PTYPE_L3_MASK, want[i].l3t);
		T_EQ(m->packet_type & RTE_PTYPE_L4_MASK, want[i].l4t);
		rte_pktmbuf_free(m);
		for (k = 0; k < nb; k++)
			found |= ptypes[k] == want[i].l4t;
		T_CHECK(found, "L4 type %x is not announced", want[i].l4t);
	}
	t_frame(buf, 128, 0, 1, 9);
	m = through(buf, 128);
	T_CHECK(m != NULL, "no IP");
	T_EQ(m->packet_type & (RTE_PTYPE_L3_MASK | RTE_PTYPE_L4_MASK), 0);
	rte_pktmbuf_free(m);
	return 0;
}

static const struct t_case cases[] = {
	{ "vlan_strip", vlan_strip, 2, T_WIRED, NULL },
	{ "vlan_strip_off", vlan_strip_off, 2, T_WIRED, NULL },
	{ "vlan_strip_runtime", vlan_strip_runtime, 2, T_WIRED, NULL },
	{ "vlan_insert", vlan_insert, 2, T_WIRED, NULL },
	{ "rx_cksum", rx_cksum, 2, T_WIRED, NULL },
	{ "rx_cksum_v6", rx_cksum_v6, 2, T_WIRED, NULL },
	{ "rx_cksum_off", rx_cksum_off, 2, T_WIRED, NULL },
	{ "tx_cksum", tx_cksum, 2, T_WIRED, NULL },
	{ "tso_v4", tso_v4, 2, T_WIRED, NULL },
	{ "tso_v6", tso_v6, 2, T_WIRED, NULL },
	{ "tso_then_plain", tso_then_plain, 2, T_WIRED, NULL },
	{ "tso_bad_mss", tso_bad_mss, 2, T_WIRED, NULL },
	{ "packet_types", packet_types, 2, T_WIRED, NULL },
};

T_SUITE(offload, cases);
