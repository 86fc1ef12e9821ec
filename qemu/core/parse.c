/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Parser, checksums and hash.
 */

#include <string.h>

#include "parse.h"

#define ETH_HDR		14
#define PROTO_ICMP	1
#define PROTO_TCP	6
#define PROTO_UDP	17
#define PROTO_ICMP6	58
#define PROTO_SCTP	132

static void
parse_ipv4(struct icc_pkt *p, uint32_t off)
{
	const uint8_t *ip = p->data + off;
	uint32_t ihl, tot;

	if (p->len < off + 20 || ip[0] >> 4 != 4)
		return;
	ihl = (ip[0] & 0xF) * 4u;
	tot = icc_be16(ip + 2);
	if (ihl < 20 || tot < ihl || p->len < off + tot)
		return;
	p->ip_ver = 4;
	p->l3_off = off;
	p->l3_len = ihl;
	if (icc_be16(ip + 6) & 0x3FFF) {
		p->ptype = ICE_MP_PTYPE_IPV4_FRAG;
		return;
	}
	p->l4_off = off + ihl;
	p->l4_len = tot - ihl;
	p->l4_proto = ip[9];
	switch (ip[9]) {
	case PROTO_UDP:
		p->ptype = ICE_MP_PTYPE_IPV4_UDP;
		break;
	case PROTO_TCP:
		p->ptype = ICE_MP_PTYPE_IPV4_TCP;
		break;
	case PROTO_SCTP:
		p->ptype = ICE_MP_PTYPE_IPV4_SCTP;
		break;
	case PROTO_ICMP:
		p->ptype = ICE_MP_PTYPE_IPV4_ICMP;
		break;
	default:
		p->ptype = ICE_MP_PTYPE_IPV4_PAY;
		p->l4_proto = 0;
		break;
	}
}

static bool
ipv6_ext(uint8_t proto)
{
	return proto == 0 || proto == 43 || proto == 60;
}

static void
parse_ipv6(struct icc_pkt *p, uint32_t off)
{
	const uint8_t *ip = p->data + off;
	uint32_t end, cur;
	unsigned int hops;
	uint8_t proto;

	if (p->len < off + 40 || ip[0] >> 4 != 6)
		return;
	end = off + 40 + icc_be16(ip + 4);
	if (p->len < end)
		return;
	p->ip_ver = 6;
	p->l3_off = off;
	p->ptype = ICE_MP_PTYPE_IPV6_PAY;
	proto = ip[6];
	cur = off + 40;
	for (hops = 0; ipv6_ext(proto); hops++) {
		if (hops == 8 || cur + 8 > end)
			return;
		proto = p->data[cur];
		cur += (p->data[cur + 1] + 1u) * 8;
	}
	if (proto == 44) {
		p->ptype = ICE_MP_PTYPE_IPV6_FRAG;
		return;
	}
	if (cur > end)
		return;
	p->l4_off = cur;
	p->l4_len = end - cur;
	p->l4_proto = proto;
	switch (proto) {
	case PROTO_UDP:
		p->ptype = ICE_MP_PTYPE_IPV6_UDP;
		break;
	case PROTO_TCP:
		p->ptype = ICE_MP_PTYPE_IPV6_TCP;
		break;
	case PROTO_SCTP:
		p->ptype = ICE_MP_PTYPE_IPV6_SCTP;
		break;
	case PROTO_ICMP6:
		p->ptype = ICE_MP_PTYPE_IPV6_ICMP;
		break;
	default:
		p->l4_proto = 0;
		break;
	}
}

void
icc_parse(struct icc_pkt *p, const uint8_t *data, size_t len)
{
	uint32_t off = 12;
	unsigned int tags;

	memset(p, 0, sizeof(*p));
	p->data = data;
	p->len = len;
	p->ptype = ICE_MP_PTYPE_L2;
	if (len < ETH_HDR)
		return;
	p->ethertype = icc_be16(data + off);
	for (tags = 0; tags < 2 && (p->ethertype == 0x8100 || p->ethertype == 0x88A8); tags++) {
		if (len < off + 6)
			return;
		if (tags == 0) {
			p->vlan = true;
			p->vlan_tci = icc_be16(data + off + 2);
		}
		off += 4;
		p->ethertype = icc_be16(data + off);
	}
	off += 2;
	if (p->ethertype == 0x0800)
		parse_ipv4(p, off);
	else if (p->ethertype == 0x86DD)
		parse_ipv6(p, off);
}

/* Eight bytes at a time, in the host's (little-endian) order: the sum of
 * swapped words is the swapped sum. */
uint32_t
icc_csum_add(uint32_t sum, const uint8_t *data, size_t len)
{
	uint64_t s = 0, v;
	uint32_t w;

	for (; len >= sizeof(v); data += sizeof(v), len -= sizeof(v)) {
		memcpy(&v, data, sizeof(v));
		s += v;
		s += s < v;
	}
	if (len > 0) {
		v = 0;
		memcpy(&v, data, len);
		s += v;
		s += s < v;
	}
	s = (s & 0xFFFFFFFF) + (s >> 32);
	s = (s & 0xFFFFFFFF) + (s >> 32);
	w = (uint32_t)(s & 0xFFFF) + (uint32_t)(s >> 16);
	w = (w & 0xFFFF) + (w >> 16);
	sum = (sum & 0xFFFF) + (sum >> 16);
	return sum + ((w & 0xFF) << 8 | w >> 8);
}

uint16_t
icc_csum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xFFFF) + (sum >> 16);
	return (uint16_t)~sum;
}

uint32_t
icc_csum_pseudo(const struct icc_pkt *p, uint32_t len)
{
	const uint8_t *ip = p->data + p->l3_off;
	uint32_t sum;

	if (p->ip_ver == 4)
		sum = icc_csum_add(0, ip + 12, 8);
	else
		sum = icc_csum_add(0, ip + 8, 32);
	return sum + p->l4_proto + (len >> 16) + (len & 0xFFFF);
}

static uint32_t crc32_tab[256], crc32c_tab[256];

static void
crc_table(uint32_t *table, uint32_t poly)
{
	unsigned int i, k;
	uint32_t c;

	for (i = 0; i < 256; i++) {
		for (c = i, k = 0; k < 8; k++)
			c = (c >> 1) ^ ((c & 1) ? poly : 0);
		table[i] = c;
	}
}

/* Before any thread exists, so that the tables need no lock. */
__attribute__((constructor)) static void
crc_init(void)
{
	crc_table(crc32_tab, 0xEDB88320);
	crc_table(crc32c_tab, 0x82F63B78);
}

static uint32_t
crc_more(const uint32_t *table, uint32_t crc, const uint8_t *data, size_t len)
{
	size_t n;

	crc = ~crc;
	for (n = 0; n < len; n++)
		crc = (crc >> 8) ^ table[(crc ^ data[n]) & 0xFF];
	return ~crc;
}

uint32_t
icc_crc32c(uint32_t crc, const uint8_t *data, size_t len)
{
	return crc_more(crc32c_tab, crc, data, len);
}

uint32_t
icc_crc32(uint32_t crc, const uint8_t *data, size_t len)
{
	return crc_more(crc32_tab, crc, data, len);
}

static bool
l4_good(const struct icc_pkt *p)
{
	const uint8_t *l4 = p->data + p->l4_off;
	static const uint8_t zero[4];
	uint32_t stored, crc;

	switch (p->l4_proto) {
	case PROTO_UDP:
		if (p->l4_len < 8)
			return false;
		if (icc_be16(l4 + 6) == 0)
			return p->ip_ver == 4;
		break;
	case PROTO_TCP:
		if (p->l4_len < 20)
			return false;
		break;
	case PROTO_SCTP:
		if (p->l4_len < 12)
			return false;
		/* The CRC covers the packet with its own field zero. */
		crc = icc_crc32c(0, l4, 8);
		crc = icc_crc32c(crc, zero, 4);
		crc = icc_crc32c(crc, l4 + 12, p->l4_len - 12u);
		memcpy(&stored, l4 + 8, sizeof(stored));
		return stored == crc;
	default:
		return true;
	}
	return icc_csum_fold(icc_csum_add(icc_csum_pseudo(p, p->l4_len), l4, p->l4_len)) == 0;
}

uint16_t
icc_csum_status(const struct icc_pkt *p)
{
	uint16_t st;

	if (p->ip_ver == 0)
		return 0;
	st = ICE_MP_RX_S0_L3L4P;
	if (p->ip_ver == 4) {
		const uint8_t *ip = p->data + p->l3_off;

		if (icc_csum_fold(icc_csum_add(0, ip, p->l3_len)) != 0)
			st |= ICE_MP_RX_S0_IPE;
	}
	if (p->l4_proto != 0 && !l4_good(p))
		st |= ICE_MP_RX_S0_L4E;
	return st;
}

unsigned int
icc_rss_default_input(const struct icc_pkt *p, uint8_t in[ICC_RSS_INPUT])
{
	unsigned int n;

	if (p->ip_ver == 4) {
		memcpy(in, p->data + p->l3_off + 12, 8);
		n = 8;
	} else if (p->ip_ver == 6) {
		memcpy(in, p->data + p->l3_off + 8, 32);
		n = 32;
	} else {
		return 0;
	}
	if ((p->l4_proto == PROTO_TCP || p->l4_proto == PROTO_UDP ||
	     p->l4_proto == PROTO_SCTP) && p->l4_len >= 4) {
		memcpy(in + n, p->data + p->l4_off, 4);
		n += 4;
	}
	return n;
}

void
icc_rss_prepare(struct icc_rss_tab *tab, const uint8_t key[ICE_MP_RSS_KEY_SIZE])
{
	unsigned int i, b, v;

	memcpy(tab->key, key, sizeof(tab->key));
	for (i = 0; i < 2 * ICC_RSS_INPUT; i++) {
		/* The five key bytes from this nibble on hold its windows. */
		uint64_t k = 0;

		for (b = 0; b < 5; b++)
			k = k << 8 | key[i / 2 + b];
		k >>= (i & 1) ? 1 : 5;
		for (v = 0; v < 16; v++) {
			uint32_t h = 0;

			for (b = 0; b < 4; b++)
				if (v & (8u >> b))
					h ^= (uint32_t)(k >> (3 - b));
			tab->nibble[i][v] = h;
		}
	}
	tab->valid = true;
}

uint32_t
icc_rss_hash(const struct icc_rss_tab *tab, const uint8_t *in, unsigned int n)
{
	uint32_t hash = 0;
	unsigned int i;

	for (i = 0; i < n; i++)
		hash ^= tab->nibble[2 * i][in[i] >> 4] ^ tab->nibble[2 * i + 1][in[i] & 0xF];
	return hash;
}
