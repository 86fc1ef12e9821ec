/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * RSS profiles: which bytes of a frame are hashed. A driver with a package
 * programs them itself (0x0C40, 0x0C42): the frame's packet type has a group
 * (XLT1), its VSI has a group (XLT2), a TCAM finds the profile of both, and the
 * profile's extraction sequence names the words that are hashed.
 *
 * A packet type without a group, and a VSI without one, go by the device's
 * default: addresses, and ports where there are some.
 */

#include <string.h>

#include "ice_core_priv.h"

/* Sections of this block. */
#define SECT_XLT1	42
#define SECT_XLT2	43
#define SECT_TCAM	44
#define SECT_FV		46

/* Protocols of an extraction sequence: the outer or only one, the inner one, the
 * innermost one. */
#define PROT_MAC	1
#define PROT_IPV4	32
#define PROT_IPV4_IN	33
#define PROT_IPV6	40
#define PROT_IPV6_IN	41
#define PROT_TCP	49
#define PROT_UDP_OUT	52
#define PROT_UDP	53
#define PROT_SCTP	96
#define PROT_NONE	0xFF

#define IPPROTO_TCP_	6
#define IPPROTO_UDP_	17
#define IPPROTO_SCTP_	132

#define HDR_SIZE	4	/* of a section: count, first index */
#define TCAM_HDR_SIZE	2	/* count; each entry has its index */
#define TCAM_ENTRY_SIZE	13
#define FV_WORD_SIZE	4

/* Key of the TCAM: flags (16 bits, always 0 here), packet type group, VSI group. */
#define KEY_SIZE	5
#define KEY_PTG_S	16
#define KEY_VSIG_S	24

static uint16_t
le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

void
icc_rss_profiles_reset(struct ice_core *core, bool all)
{
	if (all)
		memset(&core->rss_pkg, 0, sizeof(core->rss_pkg));
	core->rss_live = core->rss_pkg;
}

/* A ternary key: a bit of the first half asks for 0, one of the second for 1;
 * both: any, neither: no frame has that. */
static void
decode_key(struct icc_rss_tcam *t, const uint8_t *key)
{
	unsigned int i;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < KEY_SIZE; i++) {
		uint8_t zero = key[i], one = key[KEY_SIZE + i];

		if ((zero | one) != 0xFF)
			return;
		t->mask |= (uint64_t)(uint8_t)(zero ^ one) << 8 * i;
		t->val |= (uint64_t)(uint8_t)(one & ~zero) << 8 * i;
	}
	t->used = true;
}

static void
put_tcam(struct icc_rss_block *b, const uint8_t *e)
{
	unsigned int at = le16(e);

	decode_key(&b->tcam[at], e + 2);
	b->tcam[at].profile = e[TCAM_ENTRY_SIZE - 1];
	if (b->tcam_hi == 0 || at < b->tcam_lo)
		b->tcam_lo = at;
	if (at >= b->tcam_hi)
		b->tcam_hi = at + 1;
}

static void
put_fv(struct icc_rss_block *b, unsigned int at, const uint8_t *w)
{
	unsigned int i;

	for (i = 0; i < ICC_RSS_FV_WORDS; i++, w += FV_WORD_SIZE) {
		b->fv[at][i].prot = w[0];
		b->fv[at][i].off = le16(w + 1);
	}
}

/* One section into a block; b NULL: only look whether it is sound. */
static bool
section(struct icc_rss_block *b, uint32_t type, const uint8_t *s, unsigned int size)
{
	unsigned int i, count, first, max, width;

	switch (type) {
	case SECT_XLT1:
		max = ICE_MP_PTYPE_COUNT;
		width = 1;
		break;
	case SECT_XLT2:
		max = ICE_MP_HW_MAX_VSI;
		width = 2;
		break;
	case SECT_FV:
		max = ICC_RSS_PROFILES;
		width = ICC_RSS_FV_WORDS * FV_WORD_SIZE;
		break;
	case SECT_TCAM:
		if (size < TCAM_HDR_SIZE ||
		    size - TCAM_HDR_SIZE < le16(s) * (unsigned int)TCAM_ENTRY_SIZE)
			return false;
		for (i = 0; i < le16(s); i++) {
			const uint8_t *e = s + TCAM_HDR_SIZE + i * TCAM_ENTRY_SIZE;

			if (le16(e) >= ICC_RSS_TCAM ||
			    e[TCAM_ENTRY_SIZE - 1] >= ICC_RSS_PROFILES)
				return false;
			if (b != NULL)
				put_tcam(b, e);
		}
		return true;
	default:
		return true;	/* of another block */
	}
	if (size < HDR_SIZE)
		return false;
	count = le16(s);
	first = le16(s + 2);
	if (first + count > max || size - HDR_SIZE < count * width)
		return false;
	for (i = 0; i < count && b != NULL; i++) {
		const uint8_t *v = s + HDR_SIZE + i * width;

		if (type == SECT_XLT1)
			b->ptg[first + i] = v[0];
		else if (type == SECT_XLT2)
			b->vsig[first + i] = le16(v);
		else
			put_fv(b, first + i, v);
	}
	return true;
}

bool
icc_rss_section_ok(uint32_t type, const uint8_t *s, unsigned int size)
{
	return section(NULL, type, s, size);
}

void
icc_rss_section_apply(struct ice_core *core, uint32_t type, const uint8_t *s, unsigned int size,
		      bool package)
{
	section(&core->rss_live, type, s, size);
	if (package)
		section(&core->rss_pkg, type, s, size);
}

void
icc_rss_tcam_free(struct ice_core *core, unsigned int at)
{
	if (at < ICC_RSS_TCAM)
		core->rss_live.tcam[at].used = false;
}

/* Where a protocol of this frame begins, 0: it is not there. MAC: elsewhere. */
static unsigned int
header_of(const struct icc_pkt *p, uint8_t prot)
{
	const struct icc_ip *last = p->tunnel ? &p->in : &p->out;

	switch (prot) {
	case PROT_IPV4:
		return p->out.ver == 4 ? p->out.l3_off : 0;
	case PROT_IPV4_IN:
		return p->in.ver == 4 ? p->in.l3_off : 0;
	case PROT_IPV6:
		return p->out.ver == 6 ? p->out.l3_off : 0;
	case PROT_IPV6_IN:
		return p->in.ver == 6 ? p->in.l3_off : 0;
	case PROT_TCP:
		return last->l4_proto == IPPROTO_TCP_ ? last->l4_off : 0;
	case PROT_UDP_OUT:
		return p->udp_tunnel ? p->out.l4_off : 0;
	case PROT_UDP:
		return last->l4_proto == IPPROTO_UDP_ ? last->l4_off : 0;
	case PROT_SCTP:
		return last->l4_proto == IPPROTO_SCTP_ ? last->l4_off : 0;
	default:
		return 0;
	}
}

/* The words a profile extracts: the sequence is filled from its end. */
static unsigned int
extract(const struct icc_rss_word *fv, const struct icc_pkt *p, uint8_t in[ICC_RSS_INPUT])
{
	unsigned int i, n = 0, at;

	memset(in, 0, ICC_RSS_INPUT);
	for (i = 0; i < ICC_RSS_FV_WORDS; i++) {
		const struct icc_rss_word *w = &fv[ICC_RSS_FV_WORDS - 1 - i];

		at = header_of(p, w->prot);
		if (w->prot != PROT_MAC && at == 0)
			continue;
		n = 2 * (i + 1);
		if (at + w->off + 2u <= p->len)
			memcpy(in + 2 * i, p->data + at + w->off, 2);
	}
	return n;
}

unsigned int
icc_rss_input(const struct ice_core *core, uint16_t vsi, const struct icc_pkt *p,
	      uint8_t in[ICC_RSS_INPUT])
{
	const struct icc_rss_block *b = &core->rss_live;
	uint8_t ptg = b->ptg[p->ptype];
	uint64_t key;
	unsigned int i;

	if (ptg == 0 || b->vsig[vsi] == 0)
		return icc_rss_default_input(p, in);
	key = (uint64_t)ptg << KEY_PTG_S | (uint64_t)b->vsig[vsi] << KEY_VSIG_S;
	/* The lowest index wins. */
	for (i = b->tcam_lo; i < b->tcam_hi; i++)
		if (b->tcam[i].used && (key & b->tcam[i].mask) == b->tcam[i].val)
			return extract(b->fv[b->tcam[i].profile], p, in);
	return 0;
}
