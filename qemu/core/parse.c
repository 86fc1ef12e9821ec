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

uint32_t
icc_csum_add(uint32_t sum, const uint8_t *data, size_t len)
{
	uint64_t s = sum;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		s += (uint32_t)(data[i] << 8 | data[i + 1]);
	if (len & 1)
		s += (uint32_t)data[len - 1] << 8;
	while (s >> 32)
		s = (s & 0xFFFFFFFF) + (s >> 32);
	return s;
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

static uint32_t
crc_reflected(uint32_t poly, const uint8_t *data, size_t len)
{
	uint32_t crc = 0xFFFFFFFF, table[256];
	unsigned int i, k;
	size_t n;

	for (i = 0; i < 256; i++) {
		uint32_t c = i;

		for (k = 0; k < 8; k++)
			c = (c >> 1) ^ ((c & 1) ? poly : 0);
		table[i] = c;
	}
	for (n = 0; n < len; n++)
		crc = (crc >> 8) ^ table[(crc ^ data[n]) & 0xFF];
	return ~crc;
}

uint32_t
icc_crc32c(const uint8_t *data, size_t len)
{
	return crc_reflected(0x82F63B78, data, len);
}

uint32_t
icc_crc32(const uint8_t *data, size_t len)
{
	return crc_reflected(0xEDB88320, data, len);
}

static bool
l4_good(const struct icc_pkt *p)
{
	const uint8_t *l4 = p->data + p->l4_off;
	uint32_t stored, crc;
	uint8_t copy[12];

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
		/* The CRC covers the packet with its own field zero. */
		if (p->l4_len < sizeof(copy) || p->l4_len > ICE_MP_MAX_FRAME)
			return false;
		{
			uint8_t buf[ICE_MP_MAX_FRAME];

			memcpy(buf, l4, p->l4_len);
			memset(buf + 8, 0, 4);
			crc = icc_crc32c(buf, p->l4_len);
		}
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

uint32_t
icc_rss_hash(const struct icc_pkt *p, const uint8_t key[ICE_MP_RSS_KEY_SIZE])
{
	uint8_t in[36];
	unsigned int n, i, b;
	uint32_t hash = 0, win;

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
	win = (uint32_t)key[0] << 24 | key[1] << 16 | key[2] << 8 | key[3];
	for (i = 0; i < n; i++) {
		for (b = 0; b < 8; b++) {
			if (in[i] & (0x80 >> b))
				hash ^= win;
			win = win << 1 | ((key[i + 4] >> (7 - b)) & 1);
		}
	}
	return hash;
}
