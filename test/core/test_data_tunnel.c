/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Received tunnels: packet types, checksums and what is hashed.
 */

#include "data_env.h"

enum kind { IPIP, GRE, GRE_ALL, NVGRE, VXLAN, GENEVE, GENEVE_OPT, KINDS };

static uint8_t F[2048];
/* Of the frame in F, from the outside in; 0: not there. */
static size_t at_ip, at_udp, at_in, at_l4, l4_len;

static size_t
put_ip(int v, size_t off, uint8_t proto, size_t len)
{
	return v == 4 ? ipv4(F + off, proto, len) : ipv6(F + off, proto, len);
}

/* Correct L4 checksum of `len` bytes at l4, in the IP packet at ip. */
static void
seal(size_t ip, size_t l4, uint8_t proto, size_t len)
{
	unsigned int at = proto == 6 ? 16 : 6;
	uint32_t crc;
	uint16_t sum;

	if (proto == 132) {
		memset(F + l4 + 8, 0, 4);
		crc = icc_crc32c(0, F + l4, len);
		memcpy(F + l4 + 8, &crc, 4);
	} else if (proto == 6 || proto == 17 || proto == 58) {
		at = proto == 58 ? 2 : at;
		icc_put_be16(F + l4 + at, 0);
		sum = (uint16_t)~ref_sum(ref_pseudo(F + ip, proto, (uint32_t)len), F + l4, len);
		icc_put_be16(F + l4 + at, sum ? sum : 0xFFFF);
	}
}

/* A tunnel of a kind in IP version v with a good packet of IP version in_v (0: ARP
 * or, where there is no MAC header, none that is known). @return length */
static size_t
tunnel(int v, enum kind kind, int in_v, uint8_t proto, size_t len)
{
	static const uint8_t mid[KINDS] = { 0, 4, 16, 8, 16, 16, 28 };
	bool mac = kind >= NVGRE;
	size_t ipl = v == 4 ? 20 : 40, in_ipl = in_v == 4 ? 20 : in_v == 6 ? 40 : 0;
	size_t in_len = (mac ? 14 : 0) + in_ipl + len, n, inner;
	uint16_t type = in_v == 4 ? 0x0800 : in_v == 6 ? 0x86DD : 0x0806;

	at_ip = eth(F, 0, v == 4 ? 0x0800 : 0x86DD);
	put_ip(v, at_ip, kind == IPIP ? (in_v == 4 ? 4 : 41) : kind < VXLAN ? 47 : 17,
	       mid[kind] + in_len);
	n = at_ip + ipl;
	memset(F + n, 0, mid[kind]);
	at_udp = 0;
	switch (kind) {
	case GRE_ALL:
		F[n] = 0xB0;	/* checksum, key, sequence */
		/* fall through */
	case GRE:
		icc_put_be16(F + n + 2, type);
		break;
	case NVGRE:
		F[n] = 0x20;
		icc_put_be16(F + n + 2, 0x6558);
		break;
	case VXLAN:
	case GENEVE:
	case GENEVE_OPT:
		at_udp = n;
		icc_put_be16(F + n, 0xC123);
		icc_put_be16(F + n + 2, kind == VXLAN ? 4789 : 6081);
		icc_put_be16(F + n + 4, (uint16_t)(mid[kind] + in_len));
		F[n + 8] = kind == VXLAN ? 8 : kind == GENEVE ? 0 : 3;
		if (kind != VXLAN)
			icc_put_be16(F + n + 10, 0x6558);
		break;
	default:
		break;
	}
	n += mid[kind];
	if (mac) {
		memset(F + n, 0x06, 12);
		icc_put_be16(F + n + 12, type);
		n += 14;
	}
	inner = n;
	at_in = in_v ? inner : 0;
	n += in_ipl;
	at_l4 = in_v ? n : 0;
	l4_len = len;
	fill(F + n, len, proto);
	if (in_v != 0) {
		put_ip(in_v, inner, proto, len);
		seal(inner, n, proto, len);
	}
	if (at_udp != 0)
		seal(at_ip, at_udp, 17, mid[kind] + in_len);
	return n + len;
}

/* The numbers of the E810's default package. */
TEST(tunnel_ptypes)
{
	static const struct {
		int v;
		enum kind kind;
		int in_v;
		uint8_t proto;
		uint16_t ptype;
	} t[] = {
		{ 4, IPIP, 4, 253, 30 }, { 4, IPIP, 4, 17, 31 }, { 4, IPIP, 4, 6, 33 },
		{ 4, IPIP, 4, 132, 34 }, { 4, IPIP, 4, 1, 35 }, { 4, IPIP, 6, 59, 37 },
		{ 4, IPIP, 6, 17, 38 }, { 4, IPIP, 6, 6, 40 }, { 4, IPIP, 6, 58, 42 },
		{ 4, GRE, 0, 0, 43 }, { 4, GRE, 4, 17, 46 }, { 4, GRE_ALL, 4, 6, 48 },
		{ 4, GRE, 6, 17, 53 }, { 4, GRE_ALL, 6, 6, 55 }, { 4, GRE, 6, 44, 51 },
		{ 4, NVGRE, 0, 0, 58 }, { 4, NVGRE, 4, 6, 63 }, { 4, NVGRE, 6, 17, 68 },
		{ 4, VXLAN, 0, 0, 58 }, { 4, VXLAN, 4, 253, 60 }, { 4, VXLAN, 4, 17, 61 },
		{ 4, VXLAN, 4, 6, 63 }, { 4, VXLAN, 4, 132, 64 }, { 4, VXLAN, 4, 1, 65 },
		{ 4, VXLAN, 6, 44, 66 }, { 4, VXLAN, 6, 6, 70 }, { 4, VXLAN, 6, 58, 72 },
		{ 4, GENEVE, 4, 6, 63 }, { 4, GENEVE_OPT, 6, 6, 70 },
		{ 6, IPIP, 4, 17, 97 }, { 6, IPIP, 6, 6, 106 }, { 6, GRE, 0, 0, 109 },
		{ 6, GRE, 4, 6, 114 }, { 6, GRE, 6, 17, 119 }, { 6, NVGRE, 0, 0, 124 },
		{ 6, VXLAN, 4, 17, 127 }, { 6, VXLAN, 4, 6, 129 }, { 6, VXLAN, 6, 6, 136 },
		{ 6, GENEVE_OPT, 6, 58, 138 },
	};
	struct icc_pkt p;
	unsigned int i;
	size_t n;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		n = tunnel(t[i].v, t[i].kind, t[i].in_v, t[i].proto, 40);
		icc_parse(&p, F, n);
		if (p.ptype != t[i].ptype)
			test_fail(__FILE__, __LINE__, "row %u: ptype %u, not %u", i, p.ptype,
				  t[i].ptype);
		CHECK(p.tunnel);
		CHECK_EQ(p.udp_tunnel, t[i].kind >= VXLAN);
		CHECK_EQ(p.out.l3_off, 14);
		CHECK_EQ(p.out.ver, t[i].v);
		CHECK_EQ(p.in.ver, t[i].in_v);
		CHECK_EQ(p.in.l3_off, at_in);
	}
	/* The inner MAC header may be followed by a tag. */
	n = tunnel(4, VXLAN, 4, 6, 40);
	memmove(F + at_in + 4, F + at_in, n - at_in);
	icc_put_be16(F + at_in - 2, 0x8100);
	icc_put_be16(F + at_in, 5);
	icc_put_be16(F + at_in + 2, 0x0800);
	icc_put_be16(F + 16, (uint16_t)(n + 4 - 14));
	icc_parse(&p, F, n + 4);
	CHECK_EQ(p.ptype, 63);
	CHECK_EQ(p.in.l3_off, at_in + 4);
}

/* What looks like one and is none. */
TEST(no_tunnel)
{
	struct icc_pkt p;
	size_t n;

	n = tunnel(4, VXLAN, 4, 6, 40);
	icc_put_be16(F + at_udp + 2, 4788);
	icc_parse(&p, F, n);
	CHECK_EQ(p.ptype, ICE_MP_PTYPE_IPV4_UDP);
	CHECK(!p.tunnel);
	CHECK_EQ(p.in.ver, 0);
	/* Answers to that port: the source port says nothing. */
	icc_put_be16(F + at_udp, 4789);
	icc_parse(&p, F, n);
	CHECK_EQ(p.ptype, ICE_MP_PTYPE_IPV4_UDP);
	n = tunnel(4, GRE, 4, 6, 40);
	F[35] = 1;	/* version 1: PPTP */
	icc_parse(&p, F, n);
	CHECK_EQ(p.ptype, ICE_MP_PTYPE_IPV4_PAY);
	n = tunnel(4, VXLAN, 4, 6, 40);
	icc_put_be16(F + 14 + 6, 0x2000);	/* the first of several pieces */
	icc_parse(&p, F, n);
	CHECK_EQ(p.ptype, ICE_MP_PTYPE_IPV4_FRAG);
	CHECK(!p.tunnel);
	/* An inner packet that is longer than the outer one. */
	n = tunnel(4, IPIP, 4, 6, 40);
	icc_put_be16(F + at_in + 2, 61);
	icc_parse(&p, F, n + 1);
	CHECK_EQ(p.ptype, ICE_MP_PTYPE_IPV4_PAY);
	CHECK_EQ(p.in.ver, 0);
}

/* Each checksum by itself, all the others right. */
TEST(tunnel_checksums)
{
	static const uint8_t protos[] = { 6, 17, 132 };
	const uint16_t good = ICE_MP_RX_S0_L3L4P;
	struct icc_pkt p;
	unsigned int kind, i;
	int v, in_v;
	size_t n;

	for (v = 4; v <= 6; v += 2)
	for (in_v = 4; in_v <= 6; in_v += 2)
	for (kind = 0; kind < KINDS; kind++)
	for (i = 0; i < 3; i++) {
		n = tunnel(v, kind, in_v, protos[i], 51);
		icc_parse(&p, F, n);
		CHECK_EQ(icc_csum_status(&p), good);
		if (v == 4) {
			F[14 + 8]--;
			CHECK_EQ(icc_csum_status(&p), good | ICE_MP_RX_S0_EIPE);
			F[14 + 8]++;
		}
		if (in_v == 4) {
			/* And the sum around it, where there is one. */
			F[at_in + 8]--;
			CHECK_EQ(icc_csum_status(&p), good | ICE_MP_RX_S0_IPE |
				 (at_udp ? ICE_MP_RX_S0_EUDPE : 0));
			F[at_in + 8]++;
		}
		F[n - 1] ^= 1;
		CHECK_EQ(icc_csum_status(&p), good | ICE_MP_RX_S0_L4E |
			 (at_udp ? ICE_MP_RX_S0_EUDPE : 0));
		F[n - 1] ^= 1;
		if (at_udp == 0)
			continue;
		F[at_udp] ^= 1;		/* its source port */
		CHECK_EQ(icc_csum_status(&p), good | ICE_MP_RX_S0_EUDPE);
		/* None is as good as a right one, even in IPv6. */
		icc_put_be16(F + at_udp + 6, 0);
		CHECK_EQ(icc_csum_status(&p), good);
	}
}

TEST(tunnel_truncated)
{
	unsigned int kind, k;
	struct icc_pkt p;
	uint8_t *copy;
	size_t n, cut;

	for (kind = 0; kind < KINDS; kind++)
	for (k = 0; k < 2; k++) {
		n = tunnel(4, kind, k ? 4 : 6, 6, 30);
		for (cut = 14; cut <= n; cut++) {
			/* Cut inside of an outer packet that is whole. */
			if (cut >= 34)
				icc_put_be16(F + 16, (uint16_t)(cut - 14));
			/* Its own allocation: ASan sees one byte too far. */
			copy = malloc(cut);
			if (copy == NULL)
				abort();
			memcpy(copy, F, cut);
			icc_parse(&p, copy, cut);
			icc_csum_status(&p);
			if (cut < n && p.in.ver != 0)
				test_fail(__FILE__, __LINE__, "inner IP accepted, cut at %zu", cut);
			if (p.in.l4_off + p.in.l4_len > cut)
				test_fail(__FILE__, __LINE__, "offset behind %zu", cut);
			free(copy);
		}
	}
	/* GENEVE's options run beyond the end. */
	n = tunnel(4, GENEVE, 4, 6, 30);
	F[at_udp + 8] = 0x3F;
	icc_parse(&p, F, n);
	CHECK_EQ(p.ptype, ICE_MP_PTYPE_IPV4_UDP);
}

/* Flows in a tunnel are told apart by what is outside. */
TEST(tunnel_hash)
{
	uint8_t in[ICC_RSS_INPUT];
	struct icc_pkt p;
	size_t n;

	n = tunnel(4, VXLAN, 6, 6, 30);
	icc_parse(&p, F, n);
	CHECK_EQ(icc_rss_default_input(&p, in), 12);
	CHECK(memcmp(in, F + 26, 12) == 0);
	n = tunnel(4, NVGRE, 6, 6, 30);
	icc_parse(&p, F, n);
	CHECK_EQ(icc_rss_default_input(&p, in), 8);
	n = tunnel(6, IPIP, 4, 6, 30);
	icc_parse(&p, F, n);
	CHECK_EQ(icc_rss_default_input(&p, in), 32);
	CHECK(memcmp(in, F + 22, 32) == 0);
}

/* As the driver sees it. */
TEST(tunnel_write_back)
{
	struct rxq r, old;
	size_t n;

	env_open(1);
	dp_vsi(5, 0, 0, 0);
	dp_promisc(5, 0);
	rxq_up(&r, 0, &(struct rxq_opt){ .rxdid = ICE_MP_RXDID_FLEX_NIC }, 8);
	n = tunnel(4, VXLAN, 4, 6, 40);
	F[14 + 8]--;
	F[n - 1] ^= 1;
	CHECK_EQ(rx(0, F, n), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&r));
	CHECK_EQ(G.wb.ptype_flags0, 63);
	CHECK_EQ(G.wb.status_error0 & 0xF8, ICE_MP_RX_S0_L3L4P | ICE_MP_RX_S0_EIPE |
		 ICE_MP_RX_S0_L4E | ICE_MP_RX_S0_EUDPE);
	CHECK(G.wb.status_error1 & ICE_MP_RX_S1_NAT);
	n = tunnel(4, NVGRE, 4, 6, 40);
	CHECK_EQ(rx(0, F, n), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&r));
	CHECK_EQ(G.wb.status_error0 & 0xF8, ICE_MP_RX_S0_L3L4P);
	CHECK(!(G.wb.status_error1 & ICE_MP_RX_S1_NAT));
	/* The format of VFs. */
	wr32(QRX_CTRL(0), 0);
	rxq_up(&old, 0, &(struct rxq_opt){ .rxdid = ICE_MP_RXDID_LEGACY }, 8);
	n = tunnel(6, GENEVE, 6, 17, 40);
	CHECK_EQ(rx(0, F, n), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&old));
	CHECK_EQ(G.qw[1] >> 30 & 0xFF, 134);
	CHECK_EQ(G.qw[1] >> 19 & 0xFF, 0);
	n = tunnel(4, IPIP, 4, 17, 40);
	F[14 + 8]--;
	CHECK_EQ(rx(0, F, n), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&old));
	CHECK_EQ(G.qw[1] >> 30 & 0xFF, 31);
	CHECK_EQ(G.qw[1] >> 19 & 0xFF, 1 << 5);
}

/* Two tags, one VSI with them and one without, on two queues. */
static size_t
tags(uint16_t outer_type, uint16_t outer, uint16_t inner)
{
	size_t n = eth(F, 0, outer_type);

	icc_put_be16(F + n, outer);
	n += 2;
	if (inner != 0) {
		icc_put_be16(F + n, 0x8100);
		icc_put_be16(F + n + 2, inner);
		n += 4;
	}
	icc_put_be16(F + n, 0x88B5);
	n += 2;
	fill(F + n, 100, outer);
	return n + 100;
}

static void
both_tags(uint16_t vsi)
{
	struct icc_vsi *v = &E.core->vsi[vsi];

	v->ctx.valid_sections |= ICE_MP_VSI_VALID_OUTER_TAG;
	v->ctx.outer_vlan_flags = ICE_MP_VSI_OUTER_TAG_STAG | ICE_MP_VSI_OUTER_EMODE_SHOW;
	v->ctx.inner_vlan_flags = ICE_MP_VSI_VLAN_TX_ALL | ICE_MP_VSI_VLAN_EMODE_STR_BOTH;
}

TEST(two_tags_stripped)
{
	static const struct {
		uint16_t type, outer, inner;	/* sent */
		uint16_t tag1, tag2;		/* shown; 0: none */
	} t[] = {
		{ 0x88A8, 0x2064, 0x4005, 0x2064, 0x4005 },
		{ 0x88A8, 0x2064, 0, 0x2064, 0 },
		{ 0x8100, 0x4005, 0, 0, 0x4005 },
		/* Only the first is one this VSI knows; the other stays. */
		{ 0x8100, 0x4005, 7, 0, 0x4005 },
	};
	struct rxq r;
	unsigned int i, cut;
	size_t n;

	env_open(1);
	dp_vsi(5, 0, 0, 0);
	dp_promisc(5, 0);
	both_tags(5);
	rxq_up(&r, 0, &(struct rxq_opt){ .rxdid = ICE_MP_RXDID_FLEX_NIC }, 8);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		n = tags(t[i].type, t[i].outer, t[i].inner);
		cut = (t[i].tag1 ? 4 : 0) + (t[i].tag2 ? 4 : 0);
		CHECK_EQ(rx(0, F, n), ICE_CORE_RX_DONE);
		CHECK(rxq_get(&r));
		CHECK_EQ(G.len, n - cut);
		CHECK(memcmp(G.data, F, 12) == 0);
		CHECK(memcmp(G.data + 12, F + 12 + cut, n - 12 - cut) == 0);
		CHECK_EQ(!!(G.wb.status_error0 & ICE_MP_RX_S0_L2TAG1P), t[i].tag1 != 0);
		CHECK_EQ(G.wb.l2tag1, t[i].tag1);
		CHECK_EQ(!!(G.wb.status_error1 & ICE_MP_RX_S1_L2TAG2P), t[i].tag2 != 0);
		CHECK_EQ(G.wb.l2tag2_2nd, t[i].tag2);
	}
	/* Without a type of outer tag the first is stripped, whatever it is. */
	E.core->vsi[5].ctx.outer_vlan_flags = ICE_MP_VSI_OUTER_EMODE_NOTHING;
	n = tags(0x88A8, 0x2064, 0x4005);
	CHECK_EQ(rx(0, F, n), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&r));
	CHECK_EQ(G.len, n - 4);
	CHECK_EQ(G.wb.l2tag1, 0x2064);
	CHECK(!(G.wb.status_error1 & ICE_MP_RX_S1_L2TAG2P));
}

/* A driver that could not see the second tag has asked for the impossible. */
TEST(two_tags_in_short_descriptors)
{
	struct rxq r;

	env_open(1);
	dp_vsi(5, 0, 0, 0);
	dp_promisc(5, 0);
	both_tags(5);
	rxq_up(&r, 0, &(struct rxq_opt){ .rxdid = ICE_MP_RXDID_FLEX_NIC, .small = true }, 8);
	CHECK_EQ(rx(0, F, tags(0x88A8, 1, 0)), ICE_CORE_RX_DONE);
	CHECK_EQ(E.core->breach[ICC_BR_RX_CTX], 0);
	E.breaches_expected = true;
	CHECK_EQ(rx(0, F, tags(0x88A8, 1, 2)), ICE_CORE_RX_DONE);
	CHECK_EQ(E.core->breach[ICC_BR_RX_CTX], 1);
}

/* Time stamps are the low bits of the clock that registers show. */
TEST(time_stamps)
{
	struct rxq r;
	uint64_t t, seen;

	env_open(1);
	dp_vsi(5, 0, 0, 0);
	dp_promisc(5, 0);
	env_advance(0x123456789Aull);
	rxq_up(&r, 0, &(struct rxq_opt){ .rxdid = ICE_MP_RXDID_FLEX_NIC, .stamp = true }, 8);
	for (t = 0; t < 3; t++) {
		env_advance(1000000007);
		seen = (uint64_t)rd32(GLTSYN_TIME_H(0)) << 32 | rd32(GLTSYN_TIME_L(0));
		CHECK(seen > 0x123456789Aull);
		CHECK_EQ(rx(0, F, tags(0x8100, 1, 0)), ICE_CORE_RX_DONE);
		CHECK(rxq_get(&r));
		CHECK_EQ(G.wb.ts_low & ICE_MP_RX_TS_VALID, ICE_MP_RX_TS_VALID);
		CHECK_EQ(G.wb.ts_high, (uint32_t)seen);
	}
	wr32(QRX_CTRL(0), 0);
	rxq_up(&r, 0, &(struct rxq_opt){ .rxdid = ICE_MP_RXDID_FLEX_NIC }, 8);
	CHECK_EQ(rx(0, F, tags(0x8100, 1, 0)), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&r));
	CHECK_EQ(G.wb.ts_low | G.wb.ts_high, 0);
	E.breaches_expected = true;
	wr32(GLTSYN_TIME_L(0), 1);
	CHECK_EQ(E.core->breach[ICC_BR_REG_RO], 1);
}

/* Headers of one kind and another, in a buffer of their own. */
TEST(header_split)
{
	const uint8_t l2 = RLAN_CTX_HSPLIT0_L2, ip = RLAN_CTX_HSPLIT0_IP,
		      l4 = RLAN_CTX_HSPLIT0_TCP_UDP, sctp = RLAN_CTX_HSPLIT0_SCTP;
	const struct {
		uint8_t hsplit;
		int v;			/* IP version, 0: none */
		uint8_t proto;
		uint16_t hdr;
	} t[] = {
		{ l2, 4, 6, 14 }, { l2, 0, 0, 14 }, { ip, 4, 6, 34 }, { ip, 6, 17, 54 },
		{ ip, 0, 0, 0 }, { l4, 4, 6, 54 }, { l4, 4, 17, 42 }, { l4, 6, 17, 62 },
		{ l4, 4, 132, 0 }, { sctp, 4, 132, 46 }, { l2 | l4, 4, 132, 14 },
		{ l2 | ip | l4, 6, 6, 74 },
	};
	struct rxq_opt o = { .rxdid = ICE_MP_RXDID_FLEX_NIC, .dbuf = 256, .hbuf = 128 };
	unsigned int i;
	struct rxq r;
	size_t n;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		env_open(1);
		dp_vsi(5, 0, 0, 0);
		dp_promisc(5, 0);
		o.hsplit = t[i].hsplit;
		o.small = i & 1;
		rxq_up(&r, 0, &o, 16);
		n = eth(F, 0, t[i].v == 4 ? 0x0800 : t[i].v == 6 ? 0x86DD : 0x88B5);
		if (t[i].v != 0)
			n += put_ip(t[i].v, n, t[i].proto, 600);
		fill(F + n, 600, i);
		if (t[i].proto == 6)
			F[n + 12] = 0x50;
		n += 600;
		CHECK_EQ(rx(0, F, n), ICE_CORE_RX_DONE);
		CHECK(rxq_get(&r));
		CHECK_EQ(G.len, n);
		CHECK(memcmp(G.data, F, n) == 0);
		if (G.hdr != t[i].hdr)
			test_fail(__FILE__, __LINE__, "row %u: %u bytes, not %u", i, G.hdr,
				  t[i].hdr);
		CHECK_EQ(G.frags, (n - t[i].hdr + 255) / 256);
		env_close();
	}
}

/* Longer than its buffer, nothing but headers, behind a stripped tag, in a tunnel. */
TEST(header_split_edges)
{
	struct rxq_opt o = { .rxdid = ICE_MP_RXDID_FLEX_NIC, .hbuf = 64,
			     .hsplit = RLAN_CTX_HSPLIT0_TCP_UDP };
	struct rxq r;
	size_t n;

	env_open(1);
	dp_vsi(5, 0, 0, 0);
	dp_promisc(5, 0);
	rxq_up(&r, 0, &o, 16);
	n = eth(F, 0, 0x86DD);
	n += ipv6(F + n, 6, 60);
	memset(F + n, 0, 60);
	F[n + 12] = 0x50;	/* 14 + 40 + 20 bytes */
	CHECK_EQ(rx(0, F, n + 60), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&r));
	CHECK_EQ(G.hdr, 0);
	CHECK(G.wb.status_error0 & ICE_MP_RX_S0_HBO);
	CHECK_EQ(G.len, n + 60);
	n = eth(F, 0, 0x0800);
	n += ipv4(F + n, 6, 26);
	memset(F + n, 0, 26);
	F[n + 12] = 0x60;	/* a frame of 60 bytes that are all headers but 2 */
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&r));
	CHECK_EQ(G.hdr, 58);
	CHECK_EQ(G.len, 60);
	E.core->vsi[5].ctx.inner_vlan_flags = ICE_MP_VSI_VLAN_TX_ALL |
					      ICE_MP_VSI_VLAN_EMODE_STR_BOTH;
	eth(F, 0, 0x8100);
	icc_put_be16(F + 14, 5);
	icc_put_be16(F + 16, 0x0800);
	n = 18 + ipv4(F + 18, 17, 58);
	fill(F + n, 58, 3);
	CHECK_EQ(rx(0, F, n + 58), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&r));
	CHECK_EQ(G.hdr, 42);
	CHECK_EQ(G.len, n + 58 - 4);
	CHECK(memcmp(G.data + 12, F + 16, G.len - 12) == 0);
	/* A header whose length says that it is longer than its packet. */
	eth(F, 0, 0x0800);
	n = 14 + ipv4(F + 14, 6, 40);
	memset(F + n, 0, 40);
	F[n + 12] = 0xF0;
	CHECK_EQ(rx(0, F, n + 40), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&r));
	CHECK_EQ(G.hdr, 0);
	wr32(QRX_CTRL(0), 0);
	o.hbuf = 128;
	rxq_up(&r, 0, &o, 16);
	n = tunnel(4, VXLAN, 4, 17, 30);
	CHECK_EQ(rx(0, F, n), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&r));
	CHECK_EQ(G.hdr, at_l4 + 8);
	CHECK(memcmp(G.data, F, n) == 0);
}

HARNESS_MAIN
