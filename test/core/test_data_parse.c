/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Parser, hash and checksums of the device core.
 */

#include "data_env.h"

static uint8_t F[2048];

/* Frame with IP version v and protocol at F. @return length */
static size_t
ip_frame(int v, uint8_t proto, size_t l4)
{
	size_t n = eth(F, 0, v == 4 ? 0x0800 : 0x86DD);

	n += v == 4 ? ipv4(F + n, proto, l4) : ipv6(F + n, proto, l4);
	fill(F + n, l4, proto);
	return n + l4;
}

TEST(ptypes)
{
	static const struct {
		int v;
		uint8_t proto;
		uint16_t ptype;
	} t[] = {
		{ 4, 17, ICE_MP_PTYPE_IPV4_UDP }, { 4, 6, ICE_MP_PTYPE_IPV4_TCP },
		{ 4, 132, ICE_MP_PTYPE_IPV4_SCTP }, { 4, 1, ICE_MP_PTYPE_IPV4_ICMP },
		{ 4, 253, ICE_MP_PTYPE_IPV4_PAY }, { 4, 50, ICE_MP_PTYPE_IPV4_PAY },
		{ 6, 17, ICE_MP_PTYPE_IPV6_UDP }, { 6, 6, ICE_MP_PTYPE_IPV6_TCP },
		{ 6, 132, ICE_MP_PTYPE_IPV6_SCTP }, { 6, 58, ICE_MP_PTYPE_IPV6_ICMP },
		{ 6, 59, ICE_MP_PTYPE_IPV6_PAY }, { 6, 44, ICE_MP_PTYPE_IPV6_FRAG },
	};
	struct icc_pkt p;
	unsigned int i;
	size_t n;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		n = ip_frame(t[i].v, t[i].proto, 40);
		icc_parse(&p, F, n);
		CHECK_EQ(p.ptype, t[i].ptype);
		CHECK_EQ(p.out.l3_off, 14);
	}
	n = ip_frame(4, 17, 40);
	icc_put_be16(F + 14 + 6, 0x2000);	/* more fragments */
	icc_parse(&p, F, n);
	CHECK_EQ(p.ptype, ICE_MP_PTYPE_IPV4_FRAG);
	CHECK_EQ(p.out.l4_proto, 0);
	icc_put_be16(F + 14 + 6, 0x0010);	/* a later fragment */
	icc_parse(&p, F, n);
	CHECK_EQ(p.ptype, ICE_MP_PTYPE_IPV4_FRAG);
	icc_put_be16(F + 14 + 6, 0x4000);	/* do not fragment */
	icc_parse(&p, F, n);
	CHECK_EQ(p.ptype, ICE_MP_PTYPE_IPV4_UDP);
	n = eth(F, 0, 0x0806) + 46;
	icc_parse(&p, F, n);
	CHECK_EQ(p.ptype, ICE_MP_PTYPE_L2);
	n = eth(F, 0, 0x88CC) + 46;
	icc_parse(&p, F, n);
	CHECK_EQ(p.ptype, ICE_MP_PTYPE_L2);
	CHECK_EQ(p.ethertype, 0x88CC);
}

TEST(ptype_behind_tags_and_extensions)
{
	struct icc_pkt p;
	size_t n;

	eth(F, 0, 0x8100);
	icc_put_be16(F + 14, 0x6064);
	icc_put_be16(F + 16, 0x0800);
	n = 18 + ipv4(F + 18, 17, 8) + 8;
	icc_parse(&p, F, n);
	CHECK_EQ(p.ptype, ICE_MP_PTYPE_IPV4_UDP);
	CHECK(p.vlan);
	CHECK_EQ(p.vlan_tci, 0x6064);
	CHECK_EQ(p.ethertype, 0x0800);
	eth(F, 0, 0x88A8);
	icc_put_be16(F + 14, 7);
	icc_put_be16(F + 16, 0x8100);
	icc_put_be16(F + 18, 8);
	icc_put_be16(F + 20, 0x86DD);
	n = 22 + ipv6(F + 22, 0, 8 + 20);	/* hop-by-hop, then TCP */
	memset(F + n, 0, 28);
	F[n] = 6;
	icc_parse(&p, F, n + 28);
	CHECK_EQ(p.ptype, ICE_MP_PTYPE_IPV6_TCP);
	CHECK_EQ(p.vlan_tci, 7);
	CHECK_EQ(p.out.l4_off, n + 8);
	CHECK_EQ(p.out.l4_len, 20);
}

/* Whatever is cut off, no offset points behind the end. */
TEST(truncated_headers)
{
	struct icc_pkt p;
	uint8_t *copy;
	unsigned int k;
	size_t n, cut;

	for (k = 0; k < 6; k++) {
		n = ip_frame(k & 1 ? 4 : 6, (uint8_t)(k < 2 ? 6 : k < 4 ? 132 : 0), 60);
		for (cut = 0; cut <= n; cut++) {
			/* Its own allocation: ASan sees one byte too far. */
			copy = malloc(cut ? cut : 1);
			if (copy == NULL)
				abort();
			memcpy(copy, F, cut);
			icc_parse(&p, copy, cut);
			if (cut >= 14)
				icc_csum_status(&p);
			if (cut < n && p.out.ver != 0)
				test_fail(__FILE__, __LINE__, "IP accepted, cut at %zu", cut);
			if (p.out.l4_off + p.out.l4_len > cut || p.out.l3_off > cut)
				test_fail(__FILE__, __LINE__, "offset behind %zu", cut);
			free(copy);
		}
	}
}

TEST(parse_random)
{
	struct icc_rss_tab tab;
	uint8_t key[ICE_MP_RSS_KEY_SIZE];
	struct icc_pkt p;
	unsigned int i;
	uint8_t *f;
	size_t n;

	fill(key, sizeof(key), 5);
	icc_rss_prepare(&tab, key);
	for (i = 0; i < 20000; i++) {
		n = 14 + i % 120;
		f = malloc(n);
		if (f == NULL)
			abort();
		fill(f, n, i);
		f[12] = i & 1 ? 0x08 : 0x86;
		f[13] = i & 1 ? 0x00 : 0xDD;
		if (n > 24) {
			f[14] = i & 1 ? (uint8_t)(0x45 + i % 4) : 0x60;
			f[16] = 0;
			f[17] &= 0x7F;
			f[18] = 0;
			f[19] &= 0x3F;
			f[20] = i & 1 ? 0 : (uint8_t)(i % 64);
			f[21] = 0;
		}
		icc_parse(&p, f, n);
		icc_csum_status(&p);
		dflt_hash(&p, &tab);
		if (p.out.l4_off + p.out.l4_len > n)
			test_fail(__FILE__, __LINE__, "offset behind the end");
		free(f);
	}
}

/* Vectors of Microsoft's "Verifying the RSS hash calculation". */
static const uint8_t ms_key[ICE_MP_RSS_KEY_SIZE] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
	0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
	0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

TEST(rss_vectors_ipv4)
{
	static const struct {
		uint8_t src[4], dst[4];
		uint16_t sport, dport;
		uint32_t l3, l4;
	} t[] = {
		{ { 66, 9, 149, 187 }, { 161, 142, 100, 80 }, 2794, 1766, 0x323e8fc2, 0x51ccc178 },
		{ { 199, 92, 111, 2 }, { 65, 69, 140, 83 }, 14230, 4739, 0xd718262a, 0xc626b0ea },
		{ { 24, 19, 198, 95 }, { 12, 22, 207, 184 }, 12898, 38024, 0xd2d0a5de, 0x5c2b394a },
		{ { 38, 27, 205, 30 }, { 209, 142, 163, 6 }, 48228, 2217, 0x82989176, 0xafc7327f },
		{ { 153, 39, 163, 191 }, { 202, 188, 127, 2 }, 44251, 1303, 0x5d1809c5, 0x10e828a2 },
	};
	static const uint8_t l4[] = { 6, 17, 132 };
	struct icc_rss_tab tab;
	struct icc_pkt p;
	unsigned int i, k;
	size_t n;

	icc_rss_prepare(&tab, ms_key);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		for (k = 0; k < 4; k++) {
			n = ip_frame(4, k < 3 ? l4[k] : 253, 20);
			memcpy(F + 26, t[i].src, 4);
			memcpy(F + 30, t[i].dst, 4);
			icc_put_be16(F + 34, t[i].sport);
			icc_put_be16(F + 36, t[i].dport);
			icc_parse(&p, F, n);
			CHECK_EQ(dflt_hash(&p, &tab), k < 3 ? t[i].l4 : t[i].l3);
		}
	}
	n = eth(F, 0, 0x0806) + 46;
	icc_parse(&p, F, n);
	CHECK_EQ(dflt_hash(&p, &tab), 0);
}

TEST(rss_vectors_ipv6)
{
	static const struct {
		uint16_t src[8], dst[8], sport, dport;
		uint32_t l3, l4;
	} t[] = {
		{ { 0x3ffe, 0x2501, 0x200, 0x1fff, 0, 0, 0, 7 },
		  { 0x3ffe, 0x2501, 0x200, 3, 0, 0, 0, 1 }, 2794, 1766, 0x2cc18cd5, 0x40207d3d },
		{ { 0x3ffe, 0x501, 8, 0, 0x260, 0x97ff, 0xfe40, 0xefab },
		  { 0xff02, 0, 0, 0, 0, 0, 0, 1 }, 14230, 4739, 0x0f0c461c, 0xdde51bbf },
		{ { 0x3ffe, 0x1900, 0x4545, 3, 0x200, 0xf8ff, 0xfe21, 0x67cf },
		  { 0xfe80, 0, 0, 0, 0x200, 0xf8ff, 0xfe21, 0x67cf }, 44251, 38024, 0x4b61e985,
		  0x02d1feef },
	};
	struct icc_rss_tab tab;
	struct icc_pkt p;
	unsigned int i, k;
	size_t n;

	icc_rss_prepare(&tab, ms_key);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		n = ip_frame(6, 6, 20);
		for (k = 0; k < 8; k++) {
			icc_put_be16(F + 22 + 2 * k, t[i].src[k]);
			icc_put_be16(F + 38 + 2 * k, t[i].dst[k]);
		}
		icc_put_be16(F + 54, t[i].sport);
		icc_put_be16(F + 56, t[i].dport);
		icc_parse(&p, F, n);
		CHECK_EQ(dflt_hash(&p, &tab), t[i].l4);
		F[20] = 59;
		icc_parse(&p, F, n);
		CHECK_EQ(dflt_hash(&p, &tab), t[i].l3);
	}
}

TEST(crc_known_values)
{
	const uint8_t *s = (const uint8_t *)"123456789";

	CHECK_EQ(icc_crc32(0, s, 9), 0xCBF43926);
	CHECK_EQ(icc_crc32c(0, s, 9), 0xE3069283);
	CHECK_EQ(icc_crc32(icc_crc32(0, s, 4), s + 4, 5), 0xCBF43926);
	CHECK_EQ(icc_crc32c(icc_crc32c(0, s, 1), s + 1, 8), 0xE3069283);
}

TEST(sum_equals_reference)
{
	static uint8_t b[9100];
	unsigned int n, o;

	fill(b, sizeof(b), 77);
	for (o = 0; o < 3; o++)
		for (n = 0; n < 9000; n += n < 70 ? 1 : 97)
			if (icc_csum_fold(icc_csum_add(0xFFFF1234, b + o, n)) + 0u !=
			    0xFFFFu - ref_sum(0xFFFF + 0x1234, b + o, n))
				test_fail(__FILE__, __LINE__, "offset %u length %u", o, n);
	memset(b, 0xFF, sizeof(b));
	CHECK_EQ(icc_csum_fold(icc_csum_add(0, b, 9000)), 0);
}

/* Correct L4 checksum of the frame at F (no tag). */
static void
seal(int v, uint8_t proto, size_t l4_len)
{
	uint8_t *ip = F + 14, *l4 = ip + (v == 4 ? 20 : 40);
	unsigned int at = proto == 6 ? 16 : 6;
	uint32_t crc;
	uint16_t sum;

	if (proto == 132) {
		memset(l4 + 8, 0, 4);
		crc = icc_crc32c(0, l4, l4_len);
		memcpy(l4 + 8, &crc, 4);
		return;
	}
	icc_put_be16(l4 + at, 0);
	sum = (uint16_t)~ref_sum(ref_pseudo(ip, proto, (uint32_t)l4_len), l4, l4_len);
	icc_put_be16(l4 + at, sum ? sum : 0xFFFF);
}

TEST(checksum_status)
{
	static const uint8_t protos[] = { 6, 17, 132 };
	struct icc_pkt p;
	unsigned int i, len;
	int v;
	size_t n;

	for (v = 4; v <= 6; v += 2) {
		for (i = 0; i < 3; i++) {
			for (len = 20; len < 90; len++) {
				n = ip_frame(v, protos[i], len);
				seal(v, protos[i], len);
				icc_parse(&p, F, n);
				CHECK_EQ(icc_csum_status(&p), ICE_MP_RX_S0_L3L4P);
				F[n - 1] ^= 1;
				CHECK_EQ(icc_csum_status(&p),
					 ICE_MP_RX_S0_L3L4P | ICE_MP_RX_S0_L4E);
				F[n - 1] ^= 1;
				if (v == 6)
					continue;
				F[14 + 8]--;	/* TTL: only the header's sum */
				CHECK_EQ(icc_csum_status(&p),
					 ICE_MP_RX_S0_L3L4P | ICE_MP_RX_S0_IPE);
			}
		}
	}
	/* UDP without checksum is right in IPv4 and wrong in IPv6. */
	n = ip_frame(4, 17, 30);
	icc_put_be16(F + 40, 0);
	icc_parse(&p, F, n);
	CHECK_EQ(icc_csum_status(&p), ICE_MP_RX_S0_L3L4P);
	n = ip_frame(6, 17, 30);
	icc_put_be16(F + 60, 0);
	icc_parse(&p, F, n);
	CHECK_EQ(icc_csum_status(&p), ICE_MP_RX_S0_L3L4P | ICE_MP_RX_S0_L4E);
	/* Nothing was looked at in a frame that is not IP. */
	n = eth(F, 0, 0x0806) + 46;
	icc_parse(&p, F, n);
	CHECK_EQ(icc_csum_status(&p), 0);
	/* Padding behind a short packet is not part of it. */
	n = ip_frame(4, 17, 9);
	seal(4, 17, 9);
	memset(F + n, 0xA5, 60 - n);
	icc_parse(&p, F, 60);
	CHECK_EQ(icc_csum_status(&p), ICE_MP_RX_S0_L3L4P);
}

HARNESS_MAIN
