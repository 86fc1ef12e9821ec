/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Tx offloads: checksums, segmentation of TCP and UDP, VLAN insertion. The
 * driver leaves the pseudo header's sum in the L4 checksum field (without the
 * length for segmentation).
 */

#include <string.h>

#include "offload.h"
#include "parse.h"

#define ETH_HDR		14
#define UDP_HDR		8
#define TCP_HDR		20
#define TCP_FLAGS	13
#define TCP_FIN_PSH	0x09
#define TCP_CWR		0x80

static unsigned int
outer_len(const struct icc_tx_offload *o)
{
	/* In a tunnel MACLEN counts the outer Ethernet header only; the outer
	 * IP header and what lies up to the inner IP header follow. */
	return o->eipt ? o->eiplen + o->natlen : 0;
}

static unsigned int
ip_off(const struct icc_tx_offload *o)
{
	return o->maclen + outer_len(o);
}

unsigned int
icc_offload_hdr_len(const struct icc_tx_offload *o)
{
	return ip_off(o) + o->iplen + o->l4len;
}

static uint16_t
ip_kind(const struct icc_tx_offload *o)
{
	return o->cmd & ICE_MP_TXD_CMD_IIPT_M;
}

static uint16_t
l4_kind(const struct icc_tx_offload *o)
{
	return o->cmd & ICE_MP_TXD_CMD_L4T_M;
}

bool
icc_offload_valid(const struct icc_tx_offload *o, size_t len)
{
	unsigned int min_ip = ip_kind(o) == ICE_MP_TXD_CMD_IIPT_IPV6 ? 40 : 20;
	unsigned int min_l4 = l4_kind(o) == ICE_MP_TXD_CMD_L4T_TCP ? 20 :
			      l4_kind(o) == ICE_MP_TXD_CMD_L4T_SCTP ? 12 : 8;
	unsigned int hdr = icc_offload_hdr_len(o);

	if (o->eipt != 0) {
		if (o->maclen < ETH_HDR || ip_off(o) > len ||
		    o->eiplen < (o->eipt == ICE_MP_TXC_EIPT_IPV6 ? 40 : 20) ||
		    (o->udp_tunnel && o->natlen < UDP_HDR))
			return false;
	} else if (o->udp_tunnel || o->l4t_cs) {
		return false;
	}
	if (o->l4t_cs && !o->udp_tunnel)
		return false;
	if (ip_kind(o) != 0 &&
	    (o->maclen < ETH_HDR || o->iplen < min_ip || ip_off(o) + o->iplen > len))
		return false;
	if (l4_kind(o) != 0 && (ip_kind(o) == 0 || o->l4len < min_l4 || hdr > len))
		return false;
	if (!o->tso)
		return true;
	if (l4_kind(o) == ICE_MP_TXD_CMD_L4T_UDP ? o->l4len != UDP_HDR :
						   l4_kind(o) != ICE_MP_TXD_CMD_L4T_TCP)
		return false;
	return o->mss >= ICE_MP_TXC_MSS_MIN && o->tso_len > 0 && o->tso_len == len - hdr &&
	       hdr + o->mss <= ICE_MP_MAX_FRAME;
}

static void
ipv4_csum(uint8_t *ip, unsigned int len)
{
	icc_put_be16(ip + 10, 0);
	icc_put_be16(ip + 10, icc_csum_fold(icc_csum_add(0, ip, len)));
}

/* End of the IP packet at off; what lies behind it is padding. */
static size_t
ip_end(const uint8_t *pkt, unsigned int off, bool v6, size_t len)
{
	size_t end = off + (v6 ? 40u + icc_be16(pkt + off + 4) : icc_be16(pkt + off + 2));

	return end < len ? end : len;
}

/* TCP or UDP checksum; the field holds the pseudo header's sum. */
static void
l4_csum(uint8_t *pkt, unsigned int l4, size_t end, bool udp)
{
	uint16_t sum;

	if (end < l4 + (udp ? UDP_HDR : TCP_HDR))
		return;
	sum = icc_csum_fold(icc_csum_add(0, pkt + l4, end - l4));
	if (udp && sum == 0)
		sum = 0xFFFF;
	icc_put_be16(pkt + l4 + (udp ? 6 : 16), sum);
}

static void
sctp_csum(uint8_t *pkt, unsigned int l4, size_t end)
{
	uint32_t crc;

	if (end < l4 + 12u)
		return;
	memset(pkt + l4 + 8, 0, 4);
	crc = icc_crc32c(0, pkt + l4, end - l4);
	memcpy(pkt + l4 + 8, &crc, sizeof(crc));
}

/* The outer UDP header's checksum, once everything inside is final. */
static void
outer_udp_csum(const struct icc_tx_offload *o, uint8_t *pkt, size_t len)
{
	bool v6 = o->eipt == ICE_MP_TXC_EIPT_IPV6;

	if (o->l4t_cs)
		l4_csum(pkt, o->maclen + o->eiplen, ip_end(pkt, o->maclen, v6, len), true);
}

void
icc_offload_csum(const struct icc_tx_offload *o, uint8_t *pkt, size_t len)
{
	unsigned int l3 = ip_off(o), l4 = l3 + o->iplen;
	bool v6 = ip_kind(o) == ICE_MP_TXD_CMD_IIPT_IPV6;

	if (o->eipt == ICE_MP_TXC_EIPT_IPV4_CSUM)
		ipv4_csum(pkt + o->maclen, o->eiplen);
	if (ip_kind(o) == ICE_MP_TXD_CMD_IIPT_IPV4_CSUM)
		ipv4_csum(pkt + l3, o->iplen);
	switch (l4_kind(o)) {
	case ICE_MP_TXD_CMD_L4T_TCP:
		l4_csum(pkt, l4, ip_end(pkt, l3, v6, len), false);
		break;
	case ICE_MP_TXD_CMD_L4T_UDP:
		l4_csum(pkt, l4, ip_end(pkt, l3, v6, len), true);
		break;
	case ICE_MP_TXD_CMD_L4T_SCTP:
		sctp_csum(pkt, l4, ip_end(pkt, l3, v6, len));
		break;
	default:
		break;
	}
	outer_udp_csum(o, pkt, len);
}

static size_t
insert_tag(uint8_t *buf, size_t len, uint16_t tpid, uint16_t tci)
{
	memmove(buf + 16, buf + 12, len - 12);
	icc_put_be16(buf + 12, tpid);
	icc_put_be16(buf + 14, tci);
	return len + 4;
}

size_t
icc_offload_vlan(const struct icc_tx_offload *o, uint8_t *buf, size_t len)
{
	if (len < 12)
		return len;
	if (o->ins_tag1)
		len = insert_tag(buf, len, 0x8100, o->l2tag1);
	if (o->ins_tag2)
		len = insert_tag(buf, len, o->ins_tag1 ? 0x88A8 : 0x8100, o->l2tag2);
	return len;
}

unsigned int
icc_tso_count(const struct icc_tx_offload *o)
{
	return (o->tso_len + o->mss - 1) / o->mss;
}

size_t
icc_tso_segment(const struct icc_tx_offload *o, const uint8_t *pkt, size_t len, unsigned int n,
		uint8_t *out)
{
	unsigned int hdr = icc_offload_hdr_len(o), l3 = ip_off(o), l4 = l3 + o->iplen;
	uint32_t off = n * o->mss, seq, sum;
	uint32_t chunk = o->tso_len - off < o->mss ? o->tso_len - off : o->mss;
	bool last = off + chunk == o->tso_len;
	bool v6 = ip_kind(o) == ICE_MP_TXD_CMD_IIPT_IPV6;
	bool udp = l4_kind(o) == ICE_MP_TXD_CMD_L4T_UDP;
	uint32_t l4_total = o->l4len + chunk;

	(void)len;
	memcpy(out, pkt, hdr);
	memcpy(out + hdr, pkt + hdr + off, chunk);
	if (v6) {
		icc_put_be16(out + l3 + 4, o->iplen - 40 + l4_total);
	} else {
		icc_put_be16(out + l3 + 2, o->iplen + l4_total);
		icc_put_be16(out + l3 + 4, icc_be16(pkt + l3 + 4) + n);
		ipv4_csum(out + l3, o->iplen);
	}
	if (o->eipt) {
		unsigned int eip = o->maclen;
		uint32_t inner = o->natlen + o->iplen + l4_total;

		if (o->eipt == ICE_MP_TXC_EIPT_IPV6) {
			icc_put_be16(out + eip + 4, o->eiplen - 40 + inner);
		} else {
			icc_put_be16(out + eip + 2, o->eiplen + inner);
			icc_put_be16(out + eip + 4, icc_be16(pkt + eip + 4) + n);
			ipv4_csum(out + eip, o->eiplen);
		}
		if (o->udp_tunnel)
			icc_put_be16(out + eip + o->eiplen + 4, inner);
	}
	if (udp) {
		icc_put_be16(out + l4 + 4, l4_total);
	} else {
		seq = (uint32_t)icc_be16(pkt + l4 + 4) << 16 | icc_be16(pkt + l4 + 6);
		seq += off;
		icc_put_be16(out + l4 + 4, seq >> 16);
		icc_put_be16(out + l4 + 6, seq & 0xFFFF);
		if (!last)
			out[l4 + TCP_FLAGS] &= (uint8_t)~TCP_FIN_PSH;
		if (n > 0)
			out[l4 + TCP_FLAGS] &= (uint8_t)~TCP_CWR;
	}
	/* The field holds the pseudo header's sum without the length. */
	sum = icc_csum_fold(icc_csum_add(l4_total, out + l4, l4_total));
	icc_put_be16(out + l4 + (udp ? 6 : 16), udp && sum == 0 ? 0xFFFF : sum);
	if (o->l4t_cs) {
		/* Its seed, too, lacks the length. */
		sum = o->natlen + o->iplen + l4_total;
		sum = icc_csum_add(sum + icc_be16(out + o->maclen + o->eiplen + 6), NULL, 0);
		icc_put_be16(out + o->maclen + o->eiplen + 6, (uint16_t)~icc_csum_fold(sum));
		outer_udp_csum(o, out, hdr + chunk);
	}
	return hdr + chunk;
}
