/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file Tunnels: packet types, inner and outer checksums, TSO in a tunnel. */

#include <errno.h>
#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "test.h"

#define L2		RTE_ETHER_HDR_LEN
#define FRAME_MAX	9000

/* How a packet is wrapped. */
static const struct kind {
	const char *name;
	uint8_t proto;		/* 0: that of the inner IP */
	uint16_t port;		/* of UDP */
	uint8_t head;		/* bytes between the outer IP header and what is in it */
	bool mac;		/* an Ethernet frame is in it */
	uint64_t tx;		/* RTE_MBUF_F_TX_TUNNEL_* */
	uint64_t tso;		/* RTE_ETH_TX_OFFLOAD_* for TSO */
} kinds[] = {
	{ "VXLAN", IPPROTO_UDP, 4789, 16, true, RTE_MBUF_F_TX_TUNNEL_VXLAN,
	  RTE_ETH_TX_OFFLOAD_VXLAN_TNL_TSO },
	{ "GENEVE", IPPROTO_UDP, 6081, 24, true, RTE_MBUF_F_TX_TUNNEL_GENEVE,
	  RTE_ETH_TX_OFFLOAD_GENEVE_TNL_TSO },
	{ "GRE", IPPROTO_GRE, 0, 4, false, RTE_MBUF_F_TX_TUNNEL_GRE,
	  RTE_ETH_TX_OFFLOAD_GRE_TNL_TSO },
	{ "NVGRE", IPPROTO_GRE, 0, 8, true, RTE_MBUF_F_TX_TUNNEL_GRE,
	  RTE_ETH_TX_OFFLOAD_GRE_TNL_TSO },
	{ "IPIP", 0, 0, 0, false, RTE_MBUF_F_TX_TUNNEL_IPIP, RTE_ETH_TX_OFFLOAD_IPIP_TNL_TSO },
};

/* A frame, complete and right, and where its headers are. */
struct frame {
	const struct kind *kind;
	bool v6, in_v6;
	enum t_l4 l4;
	uint8_t buf[FRAME_MAX];
	size_t len, outer_l3, l2, l3, hdr;
	uint8_t *ip, *in, *in_l4;	/* outer IP, inner IP, inner L4 */
};

static uint16_t *
l4_cksum(uint8_t *l4, enum t_l4 which)
{
	return (uint16_t *)(l4 + (which == T_UDP ? offsetof(struct rte_udp_hdr, dgram_cksum) :
						   offsetof(struct rte_tcp_hdr, cksum)));
}

static uint16_t *
ip_cksum(uint8_t *ip)
{
	return (uint16_t *)(ip + offsetof(struct rte_ipv4_hdr, hdr_checksum));
}

static struct rte_udp_hdr *
outer_udp(struct frame *f)
{
	return f->kind->port != 0 ? (struct rte_udp_hdr *)(f->ip + f->outer_l3) : NULL;
}

static void
put_outer_ip(struct frame *f, uint16_t payload)
{
	uint8_t proto = f->kind->proto != 0 ? f->kind->proto :
			f->in_v6 ? IPPROTO_IPV6 : IPPROTO_IPIP;

	memset(f->ip, 0, f->outer_l3);
	if (f->v6) {
		struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)f->ip;

		ip->vtc_flow = rte_cpu_to_be_32(6u << 28);
		ip->payload_len = rte_cpu_to_be_16(payload);
		ip->proto = proto;
		ip->hop_limits = 9;
		ip->src_addr[15] = 1;
		ip->dst_addr[15] = 2;
	} else {
		struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)f->ip;

		ip->version_ihl = 0x45;
		ip->total_length = rte_cpu_to_be_16(f->outer_l3 + payload);
		ip->packet_id = rte_cpu_to_be_16(0xFFF0);
		ip->time_to_live = 9;
		ip->next_proto_id = proto;
		ip->src_addr = rte_cpu_to_be_32(RTE_IPV4(10, 18, 0, 1));
		ip->dst_addr = rte_cpu_to_be_32(RTE_IPV4(10, 18, 0, 2));
		ip->hdr_checksum = rte_ipv4_cksum(ip);
	}
}

/* Make a frame whose L4 payload has `payload` bytes. */
static void
make(struct frame *f, const struct kind *kind, bool v6, bool in_v6, enum t_l4 l4, size_t payload,
     uint32_t seq)
{
	static uint8_t inner[FRAME_MAX];
	size_t skip = kind->mac ? 0 : L2, l4len = l4 == T_UDP ? 8 : 20, in_len;
	uint8_t *head;

	f->kind = kind;
	f->v6 = v6;
	f->in_v6 = in_v6;
	f->l4 = l4;
	f->outer_l3 = v6 ? sizeof(struct rte_ipv6_hdr) : sizeof(struct rte_ipv4_hdr);
	f->l3 = in_v6 ? sizeof(struct rte_ipv6_hdr) : sizeof(struct rte_ipv4_hdr);
	f->l2 = kind->head + (kind->mac ? L2 : 0);
	f->hdr = L2 + f->outer_l3 + f->l2 + f->l3 + l4len;
	f->len = f->hdr + payload;
	f->ip = f->buf + L2;
	head = f->ip + f->outer_l3;
	f->in = head + f->l2;
	f->in_l4 = f->in + f->l3;
	in_len = L2 + f->l3 + l4len + payload;
	t_ip_frame(inner, in_len, 0, 1, seq, in_v6, l4);
	t_frame(f->buf, 64, 0, 1, seq);
	f->buf[12] = v6 ? 0x86 : 0x08;
	f->buf[13] = v6 ? 0xDD : 0x00;
	memset(head, 0, kind->head);
	memcpy(head + kind->head, inner + skip, in_len - skip);
	if (kind->proto == IPPROTO_GRE) {
		head[0] = kind->mac ? 0x20 : 0;		/* key */
		head[2] = kind->mac ? 0x65 : in_v6 ? 0x86 : 0x08;
		head[3] = kind->mac ? 0x58 : in_v6 ? 0xDD : 0x00;
	}
	put_outer_ip(f, kind->head + in_len - skip);
	if (kind->port != 0) {
		struct rte_udp_hdr *udp = (struct rte_udp_hdr *)head;

		udp->src_port = rte_cpu_to_be_16(0xC000 + seq % 1000);
		udp->dst_port = rte_cpu_to_be_16(kind->port);
		udp->dgram_len = rte_cpu_to_be_16(kind->head + in_len - skip);
		head[8] = kind->port == 4789 ? 8 : 2;	/* VNI is valid; option words */
		head[10] = kind->port == 4789 ? 0 : 0x65;
		head[11] = kind->port == 4789 ? 0 : 0x58;
		udp->dgram_cksum = v6 ?
			rte_ipv6_udptcp_cksum((struct rte_ipv6_hdr *)f->ip, udp) :
			rte_ipv4_udptcp_cksum((struct rte_ipv4_hdr *)f->ip, udp);
	}
}

static struct rte_mbuf *
through(const struct frame *f)
{
	struct rte_mbuf *m;

	if (t_send_bytes(0, f->buf, f->len) != 0)
		return NULL;
	if (t_recv(1, 0, &m, 1, T_WAIT_MS) != 1) {
		t_fail(__FILE__, __LINE__, "nothing arrived");
		return NULL;
	}
	return m;
}

#define FOR_ALL_FRAMES(k, way) \
	for (k = kinds; k < kinds + RTE_DIM(kinds); k++) \
		for (way = 0; way < 8; way++)

/* The hardware's own names for what a frame is. */
static uint32_t
ptype_of(const struct frame *f)
{
	uint32_t t = RTE_PTYPE_L2_ETHER;

	t |= f->v6 ? RTE_PTYPE_L3_IPV6_EXT_UNKNOWN : RTE_PTYPE_L3_IPV4_EXT_UNKNOWN;
	t |= f->kind->proto == 0 ? RTE_PTYPE_TUNNEL_IP : RTE_PTYPE_TUNNEL_GRENAT;
	t |= f->kind->mac ? RTE_PTYPE_INNER_L2_ETHER : 0;
	t |= f->in_v6 ? RTE_PTYPE_INNER_L3_IPV6_EXT_UNKNOWN : RTE_PTYPE_INNER_L3_IPV4_EXT_UNKNOWN;
	return t | (f->l4 == T_UDP ? RTE_PTYPE_INNER_L4_UDP : RTE_PTYPE_INNER_L4_TCP);
}

static int
packet_types(void)
{
	static struct frame f;
	const struct kind *k;
	uint32_t known[64];
	struct rte_mbuf *m;
	unsigned int way;
	int nb, i;

	T_TRY(t_up_all(NULL));
	nb = rte_eth_dev_get_supported_ptypes(F.id[1], UINT32_MAX, known, RTE_DIM(known));
	FOR_ALL_FRAMES(k, way) {
		bool inner = false, tunnel = false;

		make(&f, k, way & 1, way & 2, way & 4 ? T_TCP : T_UDP, 50, way);
		m = through(&f);
		T_CHECK(m != NULL, "%s, %u", k->name, way);
		T_CHECK(m->packet_type == ptype_of(&f), "%s, %u: %x instead of %x", k->name, way,
			m->packet_type, ptype_of(&f));
		for (i = 0; i < nb; i++) {
			tunnel |= known[i] == (m->packet_type & RTE_PTYPE_TUNNEL_MASK);
			inner |= known[i] == (m->packet_type & RTE_PTYPE_INNER_L4_MASK);
		}
		rte_pktmbuf_free(m);
		T_CHECK(tunnel && inner, "%s, %u: not announced", k->name, way);
	}
	return 0;
}

#define CK_MASK	(RTE_MBUF_F_RX_IP_CKSUM_MASK | RTE_MBUF_F_RX_L4_CKSUM_MASK | \
		 RTE_MBUF_F_RX_OUTER_IP_CKSUM_BAD | RTE_MBUF_F_RX_OUTER_L4_CKSUM_MASK)

static int
flags_are(const struct frame *f, uint64_t want, const char *what)
{
	struct rte_mbuf *m = through(f);
	uint64_t got;

	T_CHECK(m != NULL, "%s, %s", f->kind->name, what);
	got = m->ol_flags & CK_MASK;
	T_CHECK(memcmp(rte_pktmbuf_mtod(m, void *), f->buf, f->len) == 0, "content");
	rte_pktmbuf_free(m);
	T_CHECK(got == want, "%s (IPv%d in IPv%d), %s: flags %lx instead of %lx", f->kind->name,
		f->in_v6 ? 6 : 4, f->v6 ? 6 : 4, what, (unsigned long)got, (unsigned long)want);
	return 0;
}

/* Each checksum by itself is wrong; outer_l4: somebody looks at the outer UDP's. */
static int
rx_cksum(bool outer_l4)
{
	const uint64_t ip = RTE_MBUF_F_RX_IP_CKSUM_GOOD, l4 = RTE_MBUF_F_RX_L4_CKSUM_GOOD;
	static struct frame f;
	const struct kind *k;
	unsigned int way;

	FOR_ALL_FRAMES(k, way) {
		uint64_t good = ip | l4, bad_udp = ip | l4;

		make(&f, k, way & 1, way & 2, way & 4 ? T_TCP : T_UDP, 77, way);
		if (outer_l4 && k->port != 0) {
			good |= RTE_MBUF_F_RX_OUTER_L4_CKSUM_GOOD;
			bad_udp |= RTE_MBUF_F_RX_OUTER_L4_CKSUM_BAD;
		}
		T_TRY(flags_are(&f, good, "good"));
		if (!f.v6) {
			f.ip[8]++;
			T_TRY(flags_are(&f, good | RTE_MBUF_F_RX_OUTER_IP_CKSUM_BAD, "outer IP"));
			f.ip[8]--;
		}
		if (k->port != 0) {
			outer_udp(&f)->src_port ^= 1;
			T_TRY(flags_are(&f, bad_udp, "outer UDP"));
			outer_udp(&f)->src_port ^= 1;
		}
		if (!f.in_v6) {
			f.in[8]++;
			T_TRY(flags_are(&f, (bad_udp & ~ip) | RTE_MBUF_F_RX_IP_CKSUM_BAD,
					"inner IP"));
			f.in[8]--;
		}
		f.buf[f.len - 1] ^= 1;
		T_TRY(flags_are(&f, (bad_udp & ~l4) | RTE_MBUF_F_RX_L4_CKSUM_BAD, "inner L4"));
	}
	return 0;
}

static int
rx_cksum_inner(void)
{
	T_TRY(t_up_all(&(struct t_up){
		.rx_offloads = RTE_ETH_RX_OFFLOAD_CHECKSUM | RTE_ETH_RX_OFFLOAD_OUTER_IPV4_CKSUM }));
	return rx_cksum(false);
}

static int
rx_cksum_outer_udp(void)
{
	T_TRY(t_up_all(&(struct t_up){
		.rx_offloads = RTE_ETH_RX_OFFLOAD_CHECKSUM | RTE_ETH_RX_OFFLOAD_OUTER_IPV4_CKSUM |
			       RTE_ETH_RX_OFFLOAD_OUTER_UDP_CKSUM }));
	return rx_cksum(true);
}

/* What a packet of the frame has to say to have all its checksums made, and
 * the checksums as they may be before: nothing. */
static struct rte_mbuf *
unfinished(struct frame *f, uint64_t more)
{
	uint64_t flags = more | f->kind->tx;
	struct rte_mbuf *m;

	flags |= f->v6 ? RTE_MBUF_F_TX_OUTER_IPV6 :
			 RTE_MBUF_F_TX_OUTER_IPV4 | RTE_MBUF_F_TX_OUTER_IP_CKSUM;
	flags |= f->in_v6 ? RTE_MBUF_F_TX_IPV6 : RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM;
	if (!(more & RTE_MBUF_F_TX_TCP_SEG))
		flags |= f->l4 == T_UDP ? RTE_MBUF_F_TX_UDP_CKSUM : RTE_MBUF_F_TX_TCP_CKSUM;
	if (f->kind->port != 0)
		flags |= RTE_MBUF_F_TX_OUTER_UDP_CKSUM;
	m = t_mbuf(F.big, f->buf, f->len, 0);
	if (m == NULL) {
		t_fail(__FILE__, __LINE__, "no mbuf");
		return NULL;
	}
	m->ol_flags |= flags;
	m->outer_l2_len = L2;
	m->outer_l3_len = f->outer_l3;
	m->l2_len = f->l2;
	m->l3_len = f->l3;
	m->l4_len = f->l4 == T_UDP ? 8 : 20;
	return m;
}

#define TX_CKSUM \
	(RTE_ETH_TX_OFFLOAD_IPV4_CKSUM | RTE_ETH_TX_OFFLOAD_UDP_CKSUM | \
	 RTE_ETH_TX_OFFLOAD_TCP_CKSUM | RTE_ETH_TX_OFFLOAD_OUTER_IPV4_CKSUM | \
	 RTE_ETH_TX_OFFLOAD_OUTER_UDP_CKSUM | RTE_ETH_TX_OFFLOAD_MULTI_SEGS)

/* Leave all to the device: what arrives is as if we had done it. */
static int
tx_cksum_one(const struct kind *k, unsigned int way, size_t payload)
{
	static struct frame f, before;
	static uint8_t got[FRAME_MAX];
	struct rte_mbuf *m;

	make(&f, k, way & 1, way & 2, way & 4 ? T_TCP : T_UDP, payload, way);
	before = f;
	before.ip = before.buf + (f.ip - f.buf);
	if (!f.v6)
		*ip_cksum(before.ip) = 0x1234;
	if (!f.in_v6)
		*ip_cksum(before.buf + (f.in - f.buf)) = 0x4321;
	if (k->port != 0)
		outer_udp(&before)->dgram_cksum = 0x5555;
	*l4_cksum(before.buf + (f.in_l4 - f.buf), f.l4) = 0x6666;
	m = unfinished(&before, 0);
	T_CHECK(m != NULL, "%s", k->name);
	T_EQ(rte_eth_tx_prepare(F.id[0], 0, &m, 1), 1);
	T_TRY(t_send(0, 0, &m, 1));
	T_EQ(t_recv_bytes(1, got, sizeof(got), T_WAIT_MS), f.len);
	T_CHECK(memcmp(f.buf, got, f.len) == 0, "%s, %u, %zu bytes: differs", k->name, way, f.len);
	return 0;
}

static int
tx_cksum(void)
{
	static const struct t_up up = { .tx_offloads = TX_CKSUM };
	const struct kind *k;
	unsigned int way;

	T_TRY(t_up_all(&up));
	FOR_ALL_FRAMES(k, way) {
		T_TRY(tx_cksum_one(k, way, 101));
		T_TRY(tx_cksum_one(k, way, 1200));
	}
	return t_ping(0);
}

/* One segment of a tunnel is right in all its headers. */
static int
check_segment(struct frame *f, uint8_t *got, size_t len, size_t off, size_t chunk, unsigned int nr)
{
	uint8_t *ip = got + L2, *in = got + (f->in - f->buf), *l4 = got + (f->in_l4 - f->buf);
	uint16_t payload = f->l2 + f->l3 + 20 + chunk;

	T_EQ(len, f->hdr + chunk);
	if (f->v6) {
		T_EQ(rte_be_to_cpu_16(((struct rte_ipv6_hdr *)ip)->payload_len), payload);
	} else {
		const struct rte_ipv4_hdr *h = (const struct rte_ipv4_hdr *)ip;

		T_EQ(rte_be_to_cpu_16(h->total_length), f->outer_l3 + payload);
		T_EQ(rte_be_to_cpu_16(h->packet_id), (uint16_t)(0xFFF0 + nr));
		T_EQ(rte_ipv4_cksum(h), 0);
	}
	if (f->kind->port != 0) {
		const struct rte_udp_hdr *udp = (const struct rte_udp_hdr *)(ip + f->outer_l3);

		T_EQ(rte_be_to_cpu_16(udp->dgram_len), payload);
		T_CHECK(udp->dgram_cksum != 0, "no outer UDP checksum");
		T_EQ(f->v6 ? rte_ipv6_udptcp_cksum_verify((struct rte_ipv6_hdr *)ip, udp) :
			     rte_ipv4_udptcp_cksum_verify((struct rte_ipv4_hdr *)ip, udp), 0);
	}
	T_EQ(rte_be_to_cpu_32(((struct rte_tcp_hdr *)l4)->sent_seq), 7000 + off);
	if (f->in_v6) {
		T_EQ(rte_be_to_cpu_16(((struct rte_ipv6_hdr *)in)->payload_len), 20 + chunk);
		T_EQ(rte_ipv6_udptcp_cksum_verify((struct rte_ipv6_hdr *)in, l4), 0);
	} else {
		const struct rte_ipv4_hdr *h = (const struct rte_ipv4_hdr *)in;

		T_EQ(rte_be_to_cpu_16(h->total_length), f->l3 + 20 + chunk);
		T_EQ(rte_ipv4_cksum(h), 0);
		T_EQ(rte_ipv4_udptcp_cksum_verify(h, l4), 0);
	}
	/* The rest of the headers is as it was. */
	T_CHECK(memcmp(got, f->buf, L2) == 0, "outer Ethernet header");
	T_CHECK(memcmp(in - (f->kind->mac ? L2 : 0), f->in - (f->kind->mac ? L2 : 0),
		       f->kind->mac ? L2 : 1) == 0, "inner head");
	T_CHECK(memcmp(got + f->hdr, f->buf + f->hdr + off, chunk) == 0, "payload at %zu", off);
	return 0;
}

static int
tso_one(const struct kind *k, unsigned int way, size_t payload, uint16_t mss)
{
	static struct frame f;
	static uint8_t got[FRAME_MAX];
	unsigned int nr = 0;
	struct rte_mbuf *m;
	size_t off, chunk;

	make(&f, k, way & 1, way & 2, T_TCP, payload, 7000);
	m = unfinished(&f, RTE_MBUF_F_TX_TCP_SEG);
	T_CHECK(m != NULL, "%s", k->name);
	m->tso_segsz = mss;
	T_EQ(rte_eth_tx_prepare(F.id[0], 0, &m, 1), 1);
	T_TRY(t_send(0, 0, &m, 1));
	for (off = 0; off < payload; off += chunk, nr++) {
		chunk = RTE_MIN((size_t)mss, payload - off);
		T_CHECK(check_segment(&f, got, t_recv_bytes(1, got, sizeof(got), T_WAIT_MS), off,
				      chunk, nr) == 0, "%s, %u", k->name, way);
	}
	return t_recv_none(1);
}

static int
tso(void)
{
	const struct kind *k;
	unsigned int way;

	for (k = kinds; k < kinds + RTE_DIM(kinds); k++) {
		T_TRY(t_up_all(&(struct t_up){
			.tx_offloads = TX_CKSUM | RTE_ETH_TX_OFFLOAD_TCP_TSO | k->tso }));
		for (way = 0; way < 4; way++)
			T_TRY(tso_one(k, way, 5001, 1000));
		T_TRY(tso_one(k, 0, 1000, 1000));
		T_TRY(t_down(0));
		T_TRY(t_down(1));
	}
	return 0;
}

/* Flags that contradict each other, or what the fields cannot say. */
static int
malformed(void)
{
	static const struct t_up up = { .tx_offloads = TX_CKSUM };
	static struct frame f;
	struct rte_mbuf *m;
	unsigned int i;

	T_TRY(t_up_all(&up));
	for (i = 0; i < 7; i++) {
		make(&f, &kinds[i == 4 || i == 5 ? 2 : 0], false, false, T_TCP, 100, i);
		m = unfinished(&f, 0);
		T_CHECK(m != NULL, "%u", i);
		if (i == 0)
			m->outer_l2_len = 13;
		else if (i == 1)
			m->outer_l3_len = 0;
		else if (i == 2)
			m->l2_len = 6;
		else if (i == 3)
			m->ol_flags |= RTE_MBUF_F_TX_OUTER_IPV6;
		else if (i == 4)
			m->ol_flags |= RTE_MBUF_F_TX_OUTER_UDP_CKSUM;
		else if (i == 5)
			m->ol_flags &= ~RTE_MBUF_F_TX_TUNNEL_MASK;
		else
			m->l2_len = 15;
		T_EQ(rte_eth_tx_prepare(F.id[0], 0, &m, 1), 0);
		T_EQ(rte_errno, EINVAL);
		/* And one that was not asked about is not believed either. */
		T_EQ(rte_eth_tx_burst(F.id[0], 0, &m, 1), 1);
	}
	T_TRY(t_recv_none(1));
	return t_ping(0);
}

/* What was not configured is refused, whatever a packet says. */
static int
not_configured(void)
{
	static struct frame f;
	struct rte_mbuf *m;

	T_TRY(t_up_all(&(struct t_up){ .tx_offloads = RTE_ETH_TX_OFFLOAD_TCP_CKSUM }));
	make(&f, &kinds[0], false, false, T_TCP, 100, 1);
	m = unfinished(&f, 0);
	T_CHECK(m != NULL, "no mbuf");
	T_EQ(rte_eth_tx_prepare(F.id[0], 0, &m, 1), 0);
	T_EQ(rte_errno, ENOTSUP);
	rte_pktmbuf_free(m);
	return t_ping(0);
}

/* Tunnels among ordinary packets, in one burst, over the ring's end. */
static int
mixed(void)
{
	static const struct t_up up = { .tx_offloads = TX_CKSUM, .txd = 128 };
	static struct frame f[32];
	static uint8_t got[FRAME_MAX];
	struct rte_mbuf *m[32];
	unsigned int i, n;

	T_TRY(t_up_all(&up));
	for (n = 0; n < 40; n++) {
		for (i = 0; i < 32; i++) {
			make(&f[i], &kinds[i % RTE_DIM(kinds)], i & 1, i & 2, T_UDP, 60 + i,
			     n * 32 + i);
			m[i] = (i + n) % 3 == 0 ? unfinished(&f[i], 0) :
						  t_mbuf(F.pool, f[i].buf, f[i].len, 0);
			T_CHECK(m[i] != NULL, "no mbuf");
		}
		T_EQ(rte_eth_tx_prepare(F.id[0], 0, m, 32), 32);
		T_TRY(t_send(0, 0, m, 32));
		for (i = 0; i < 32; i++) {
			T_EQ(t_recv_bytes(1, got, sizeof(got), T_WAIT_MS), f[i].len);
			T_CHECK(memcmp(f[i].buf, got, f[i].len) == 0, "burst %u, frame %u", n, i);
		}
	}
	return 0;
}

static const struct t_case cases[] = {
	{ "packet_types", packet_types, 2, T_WIRED, NULL },
	{ "rx_cksum", rx_cksum_inner, 2, T_WIRED, NULL },
	{ "rx_cksum_outer_udp", rx_cksum_outer_udp, 2, T_WIRED, NULL },
	{ "tx_cksum", tx_cksum, 2, T_WIRED, NULL },
	{ "tso", tso, 2, T_WIRED, NULL },
	{ "malformed", malformed, 2, T_WIRED, NULL },
	{ "not_configured", not_configured, 2, T_WIRED, NULL },
	{ "mixed", mixed, 2, T_WIRED, NULL },
};

T_SUITE(tunnel, cases);
