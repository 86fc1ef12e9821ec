/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Parser, checksums and hash.
 */

#include <string.h>

#include "parse.h"

#define ETH_HDR		14
#define UDP_HDR		8
/* VXLAN's, and GENEVE's without options. */
#define TUNNEL_HDR	8
#define TYPE_IPV4	0x0800
#define TYPE_MAC	0x6558
#define TYPE_IPV6	0x86DD
#define PROTO_ICMP	1
#define PROTO_IPV4	4
#define PROTO_TCP	6
#define PROTO_UDP	17
#define PROTO_IPV6	41
#define PROTO_GRE	47
#define PROTO_ICMP6	58
#define PROTO_SCTP	132
#define GRE_CSUM	0x8000
#define GRE_KEY		0x2000
#define GRE_SEQ		0x1000
#define GRE_VERSION	0x0007

static bool
is_tag(uint16_t type)
{
	return type == 0x8100 || type == 0x88A8;
}

/* What is known of a header while it is parsed. */
struct hdr {
	struct icc_ip ip;
	uint8_t kind;		/* ICE_MP_PTYPE_K_* */
	uint8_t next;		/* protocol behind it, 0: none, or in pieces */
};

static void
set_l4(struct hdr *h, uint8_t proto, uint8_t icmp, uint32_t off, uint32_t len)
{
	h->ip.l4_off = off;
	h->ip.l4_len = len;
	h->ip.l4_proto = proto;
	h->next = proto;
	if (proto == PROTO_UDP) {
		h->kind = ICE_MP_PTYPE_K_UDP;
	} else if (proto == PROTO_TCP) {
		h->kind = ICE_MP_PTYPE_K_TCP;
	} else if (proto == PROTO_SCTP) {
		h->kind = ICE_MP_PTYPE_K_SCTP;
	} else if (proto == icmp) {
		h->kind = ICE_MP_PTYPE_K_ICMP;
	} else {
		h->kind = ICE_MP_PTYPE_K_PAY;
		h->ip.l4_proto = 0;
	}
}

static bool
parse_ipv4(const uint8_t *data, uint32_t off, uint32_t limit, struct hdr *h)
{
	const uint8_t *ip = data + off;
	uint32_t ihl, tot;

	if (limit < off + 20 || ip[0] >> 4 != 4)
		return false;
	ihl = (ip[0] & 0xF) * 4u;
	tot = icc_be16(ip + 2);
	if (ihl < 20 || tot < ihl || limit < off + tot)
		return false;
	h->ip.ver = 4;
	h->ip.l3_off = off;
	h->ip.l3_len = ihl;
	if (!(icc_be16(ip + 6) & 0x3FFF))
		set_l4(h, ip[9], PROTO_ICMP, off + ihl, tot - ihl);
	return true;
}

static bool
ipv6_ext(uint8_t proto)
{
	return proto == 0 || proto == 43 || proto == 60;
}

static bool
parse_ipv6(const uint8_t *data, uint32_t off, uint32_t limit, struct hdr *h)
{
	const uint8_t *ip = data + off;
	uint32_t end, cur;
	unsigned int hops;
	uint8_t proto;

	if (limit < off + 40 || ip[0] >> 4 != 6)
		return false;
	end = off + 40 + icc_be16(ip + 4);
	if (limit < end)
		return false;
	h->ip.ver = 6;
	h->ip.l3_off = off;
	h->kind = ICE_MP_PTYPE_K_PAY;
	proto = ip[6];
	cur = off + 40;
	for (hops = 0; ipv6_ext(proto); hops++) {
		if (hops == 8 || cur + 8 > end)
			return true;
		proto = data[cur];
		cur += (data[cur + 1] + 1u) * 8;
	}
	if (proto == 44)
		h->kind = ICE_MP_PTYPE_K_FRAG;
	else if (cur <= end)
		set_l4(h, proto, PROTO_ICMP6, cur, end - cur);
	return true;
}

/* The IP packet of this EtherType at off, if it is one; nothing of it is behind
 * limit. */
static bool
parse_ip(const uint8_t *data, uint16_t type, uint32_t off, uint32_t limit, struct hdr *h)
{
	memset(h, 0, sizeof(*h));
	if (type == TYPE_IPV4)
		return parse_ipv4(data, off, limit, h);
	return type == TYPE_IPV6 && parse_ipv6(data, off, limit, h);
}

static void
set_inner(struct icc_pkt *p, uint16_t group, const struct hdr *h)
{
	p->in = h->ip;
	p->ptype = group + (h->ip.ver == 6 ? ICE_MP_PTYPE_T_IPV6 : 0) + h->kind;
}

/* Behind GRE or UDP: at off is a packet of this type. base: the tunnels' first
 * packet type. */
static void
parse_payload(struct icc_pkt *p, uint16_t base, uint16_t type, uint32_t off, uint32_t limit)
{
	const uint8_t *data = p->data;
	unsigned int tags;
	struct hdr h;

	p->tunnel = true;
	p->ptype = base + ICE_MP_PTYPE_T_NAT;
	if (type != TYPE_MAC) {
		if (parse_ip(data, type, off, limit, &h))
			set_inner(p, base + ICE_MP_PTYPE_T_NAT_IP, &h);
		return;
	}
	if (off + ETH_HDR > limit)
		return;
	p->ptype = base + ICE_MP_PTYPE_T_MAC;
	type = icc_be16(data + off + 12);
	off += ETH_HDR;
	for (tags = 0; tags < 2 && is_tag(type) && off + 4 <= limit; tags++) {
		type = icc_be16(data + off + 2);
		off += 4;
	}
	if (parse_ip(data, type, off, limit, &h))
		set_inner(p, base + ICE_MP_PTYPE_T_MAC_IP, &h);
}

static void
parse_gre(struct icc_pkt *p, uint16_t base, uint32_t off, uint32_t limit)
{
	uint16_t flags;
	uint32_t len;

	if (off + 4 > limit)
		return;
	flags = icc_be16(p->data + off);
	if (flags & GRE_VERSION)
		return;
	len = 4u + !!(flags & GRE_CSUM) * 4 + !!(flags & GRE_KEY) * 4 + !!(flags & GRE_SEQ) * 4;
	if (off + len <= limit)
		parse_payload(p, base, icc_be16(p->data + off + 2), off + len, limit);
}

static void
parse_udp(struct icc_pkt *p, uint16_t base, uint32_t off, uint32_t limit)
{
	const uint8_t *t = p->data + off + UDP_HDR;
	uint16_t port;

	if (off + UDP_HDR + TUNNEL_HDR > limit)
		return;
	port = icc_be16(p->data + off + 2);
	off += UDP_HDR + TUNNEL_HDR;
	if (port == ICC_PORT_VXLAN) {
		parse_payload(p, base, TYPE_MAC, off, limit);
	} else if (port == ICC_PORT_GENEVE) {
		off += (t[0] & 0x3F) * 4u;
		if (off <= limit)
			parse_payload(p, base, icc_be16(t + 2), off, limit);
	}
	p->udp_tunnel = p->tunnel;
}

static void
parse_tunnel(struct icc_pkt *p, uint8_t proto)
{
	uint16_t base = p->out.ver == 4 ? ICE_MP_PTYPE_IPV4_TUNNEL : ICE_MP_PTYPE_IPV6_TUNNEL;
	uint32_t off = p->out.l4_off, limit = off + p->out.l4_len;
	struct hdr h;

	switch (proto) {
	case PROTO_UDP:
		parse_udp(p, base, off, limit);
		break;
	case PROTO_GRE:
		parse_gre(p, base, off, limit);
		break;
	case PROTO_IPV4:
	case PROTO_IPV6:
		if (!parse_ip(p->data, proto == PROTO_IPV4 ? TYPE_IPV4 : TYPE_IPV6, off, limit,
			      &h))
			break;
		p->tunnel = true;
		set_inner(p, base + ICE_MP_PTYPE_T_IP, &h);
		break;
	default:
		break;
	}
}

void
icc_parse(struct icc_pkt *p, const uint8_t *data, size_t len)
{
	uint32_t off = 12;
	unsigned int tags;
	struct hdr h;

	memset(p, 0, sizeof(*p));
	p->data = data;
	p->len = len;
	p->ptype = ICE_MP_PTYPE_L2;
	if (len < ETH_HDR)
		return;
	p->ethertype = icc_be16(data + off);
	for (tags = 0; tags < 2 && is_tag(p->ethertype); tags++) {
		if (len < off + 6)
			return;
		if (tags == 0) {
			p->vlan = true;
			p->tpid = p->ethertype;
			p->vlan_tci = icc_be16(data + off + 2);
		} else {
			p->vlan2 = true;
			p->vlan2_tci = icc_be16(data + off + 2);
		}
		off += 4;
		p->ethertype = icc_be16(data + off);
	}
	off += 2;
	if (!parse_ip(data, p->ethertype, off, len, &h))
		return;
	p->out = h.ip;
	p->ptype = (h.ip.ver == 4 ? ICE_MP_PTYPE_IPV4_FRAG : ICE_MP_PTYPE_IPV6_FRAG) + h.kind;
	parse_tunnel(p, h.next);
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

/* Sum of the pseudo header. */
static uint32_t
csum_pseudo(const uint8_t *data, const struct icc_ip *h)
{
	const uint8_t *ip = data + h->l3_off;
	uint32_t sum = h->ver == 4 ? icc_csum_add(0, ip + 12, 8) : icc_csum_add(0, ip + 8, 32);

	return sum + h->l4_proto + h->l4_len;
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
l4_good(const uint8_t *data, const struct icc_ip *h, bool udp0)
{
	const uint8_t *l4 = data + h->l4_off;
	static const uint8_t zero[4];
	uint32_t stored, crc;

	switch (h->l4_proto) {
	case PROTO_UDP:
		if (h->l4_len < 8)
			return false;
		if (icc_be16(l4 + 6) == 0)
			return udp0 || h->ver == 4;
		break;
	case PROTO_TCP:
		if (h->l4_len < 20)
			return false;
		break;
	case PROTO_SCTP:
		if (h->l4_len < 12)
			return false;
		/* The CRC covers the packet with its own field zero. */
		crc = icc_crc32c(0, l4, 8);
		crc = icc_crc32c(crc, zero, 4);
		crc = icc_crc32c(crc, l4 + 12, h->l4_len - 12u);
		memcpy(&stored, l4 + 8, sizeof(stored));
		return stored == crc;
	default:
		return true;
	}
	return icc_csum_fold(icc_csum_add(csum_pseudo(data, h), l4, h->l4_len)) == 0;
}

static bool
l3_good(const uint8_t *data, const struct icc_ip *h)
{
	return h->ver != 4 || icc_csum_fold(icc_csum_add(0, data + h->l3_off, h->l3_len)) == 0;
}

uint16_t
icc_csum_status(const struct icc_pkt *p)
{
	const struct icc_ip *in = p->tunnel ? &p->in : &p->out;
	uint16_t st;

	if (p->out.ver == 0)
		return 0;
	st = ICE_MP_RX_S0_L3L4P;
	if (p->tunnel && !l3_good(p->data, &p->out))
		st |= ICE_MP_RX_S0_EIPE;
	/* A tunnel may do without, whatever its IP. */
	if (p->udp_tunnel && !l4_good(p->data, &p->out, true))
		st |= ICE_MP_RX_S0_EUDPE;
	if (!l3_good(p->data, in))
		st |= ICE_MP_RX_S0_IPE;
	if (in->l4_proto != 0 && !l4_good(p->data, in, false))
		st |= ICE_MP_RX_S0_L4E;
	return st;
}

unsigned int
icc_rss_default_input(const struct icc_pkt *p, uint8_t in[ICC_RSS_INPUT])
{
	unsigned int n;

	/* Of a tunnel what is outside: there, the source port of UDP tells
	 * flows apart. */
	if (p->out.ver == 4) {
		memcpy(in, p->data + p->out.l3_off + 12, 8);
		n = 8;
	} else if (p->out.ver == 6) {
		memcpy(in, p->data + p->out.l3_off + 8, 32);
		n = 32;
	} else {
		return 0;
	}
	if ((p->out.l4_proto == PROTO_TCP || p->out.l4_proto == PROTO_UDP ||
	     p->out.l4_proto == PROTO_SCTP) && p->out.l4_len >= 4) {
		memcpy(in + n, p->data + p->out.l4_off, 4);
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
