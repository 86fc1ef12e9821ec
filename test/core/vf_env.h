/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_CORE_VF_ENV_H_
#define _ICE_CORE_VF_ENV_H_

/**
 * @file
 * VFs as their drivers and the PF's driver see them: a VF has memory of its
 * own, which is all that its DMA reaches, and its BAR0.
 */

#include "ctrl_env.h"
#include "ice_mp_vf_regs.h"

#define VF_RING		32		/* mailbox descriptors each way */
#ifndef VF_MEM		/* a program may set its own before this file */
#define VF_MEM		(80u << 10)	/* bytes of each VF */
#define VF_BUF		1024		/* bytes of a message buffer */
#define PF_MBX		64		/* the PF's mailbox, each way */
#endif

/** A VF's driver: where its rings are, in its own memory. */
struct vf_drv {
	uint64_t mem, used;
	uint64_t atq, arq, atq_buf, arq_buf;
	unsigned int atq_next, arq_next;
};
static struct vf_drv V[256];
/** The PF driver's mailbox. */
static struct {
	uint64_t atq, arq, atq_buf, arq_buf;
	unsigned int atq_next, arq_next;
} P;

/** Guest memory that must be there: a descriptor. */
static inline struct ice_mp_aq_desc * UNUSED
desc_at(uint64_t ring, unsigned int i)
{
	struct ice_mp_aq_desc *d = env_ptr(ring + i * sizeof(*d), sizeof(*d));

	if (d == NULL)
		abort();
	return d;
}

static inline uint32_t UNUSED
vrd(unsigned int vf, uint32_t off)
{
	return (uint32_t)ice_core_reg_read(E.core, ICE_CORE_FN_VF(vf), off, 4);
}

static inline void UNUSED
vwr(unsigned int vf, uint32_t off, uint32_t val)
{
	ice_core_reg_write(E.core, ICE_CORE_FN_VF(vf), off, val, 4);
}

/** Breaches of one VF. */
static inline uint64_t UNUSED
vf_breaches(unsigned int vf)
{
	return ice_core_fn_violations(E.core, ICE_CORE_FN_VF(vf));
}

/** Run a statement that is exactly n breaches of a VF and nobody else's. */
#define VF_BREACHES(vf, n, ...) do { \
	CHECK_EQ(ice_core_violations(E.core), 0); \
	__VA_ARGS__; \
	CHECK_EQ(vf_breaches(vf), n); \
	CHECK_EQ(ice_core_violations(E.core), n); \
	icc_check_clear(E.core); \
} while (0)
#define VF_BREACH(vf, ...) VF_BREACHES(vf, 1, __VA_ARGS__)

static inline uint64_t UNUSED
vf_alloc(unsigned int vf, size_t len)
{
	uint64_t at = V[vf].mem + V[vf].used;

	V[vf].used += (len + 127) / 128 * 128;
	if (V[vf].used > VF_MEM)
		abort();
	return at;
}

/** A device with VFs, all of them there, and a PF driver's AdminQ. */
static inline void UNUSED
vf_open(unsigned int ports, unsigned int vfs)
{
	unsigned int i;

	env_open_vfs(ports, vfs);
	if (test_failed)
		return;
	wr32(MP_ENABLE, MP_ENABLE_M);
	aq_up();
	memset(V, 0, sizeof(V));
	memset(&P, 0, sizeof(P));
	for (i = 0; i < vfs; i++) {
		V[i].mem = env_alloc(VF_MEM, 4096);
		E.vf[i].lo = V[i].mem;
		E.vf[i].hi = V[i].mem + VF_MEM;
	}
	ice_core_set_vfs(E.core, (uint16_t)vfs);
}

static inline void UNUSED
arq_slot(uint64_t ring, uint64_t bufs, unsigned int i, unsigned int size)
{
	struct ice_mp_aq_desc *d = desc_at(ring, i);
	uint64_t a = bufs + (uint64_t)i * size;

	memset(d, 0, sizeof(*d));
	d->flags = ICE_MP_AQ_FLAG_BUF | ICE_MP_AQ_FLAG_LB;
	d->datalen = (uint16_t)size;
	d->params.indirect.addr_high = (uint32_t)(a >> 32);
	d->params.indirect.addr_low = (uint32_t)a;
}

/** The PF driver sets up its mailbox. */
static inline void UNUSED
pf_mbx_up(void)
{
	unsigned int i;

	P.atq = env_alloc(PF_MBX * sizeof(struct ice_mp_aq_desc), 64);
	P.arq = env_alloc(PF_MBX * sizeof(struct ice_mp_aq_desc), 64);
	P.atq_buf = env_alloc(4096, 64);
	P.arq_buf = env_alloc(PF_MBX * 4096, 64);
	P.atq_next = 0;
	P.arq_next = 0;
	for (i = 0; i < PF_MBX; i++)
		arq_slot(P.arq, P.arq_buf, i, 4096);
	env_ctlq_regs(PF_MBX_ATQBAL, PF_MBX_ATQBAH, PF_MBX_ATQLEN, PF_MBX_ATQH, PF_MBX_ATQT,
		      P.atq, PF_MBX);
	env_ctlq_regs(PF_MBX_ARQBAL, PF_MBX_ARQBAH, PF_MBX_ARQLEN, PF_MBX_ARQH, PF_MBX_ARQT,
		      P.arq, PF_MBX);
	wr32(PF_MBX_ARQT, PF_MBX - 1);
}

/** A VF's driver sets up its mailbox, in the order stock drivers use. */
static inline void UNUSED
vf_mbx_up(unsigned int vf)
{
	struct vf_drv *v = &V[vf];
	unsigned int i;

	if (v->atq == 0) {
		v->atq = vf_alloc(vf, VF_RING * sizeof(struct ice_mp_aq_desc));
		v->arq = vf_alloc(vf, VF_RING * sizeof(struct ice_mp_aq_desc));
		v->atq_buf = vf_alloc(vf, VF_RING * VF_BUF);
		v->arq_buf = vf_alloc(vf, VF_RING * VF_BUF);
	}
	v->atq_next = 0;
	v->arq_next = 0;
	for (i = 0; i < VF_RING; i++)
		arq_slot(v->arq, v->arq_buf, i, VF_BUF);
	vwr(vf, VF_ATQH1, 0);
	vwr(vf, VF_ATQT1, 0);
	vwr(vf, VF_ATQLEN1, VF_RING | CTLQ_LEN_ENABLE_M);
	vwr(vf, VF_ATQBAL1, (uint32_t)v->atq);
	vwr(vf, VF_ATQBAH1, (uint32_t)(v->atq >> 32));
	vwr(vf, VF_ARQH1, 0);
	vwr(vf, VF_ARQT1, 0);
	vwr(vf, VF_ARQLEN1, VF_RING | CTLQ_LEN_ENABLE_M);
	vwr(vf, VF_ARQBAL1, (uint32_t)v->arq);
	vwr(vf, VF_ARQBAH1, (uint32_t)(v->arq >> 32));
	vwr(vf, VF_ARQT1, VF_RING - 1);
}

/** Put a message in a VF's ATQ without telling the device. @return its slot */
static inline struct ice_mp_aq_desc * UNUSED
vf_put(unsigned int vf, uint32_t op, const void *buf, uint16_t len)
{
	struct vf_drv *v = &V[vf];
	struct ice_mp_aq_desc *d = desc_at(v->atq, v->atq_next);
	uint64_t a = v->atq_buf + (uint64_t)v->atq_next * VF_BUF;

	memset(d, 0, sizeof(*d));
	d->opcode = ICE_MP_AQ_MBX_VF_TO_PF;
	d->flags = ICE_MP_AQ_FLAG_SI;
	d->cookie_high = op;
	d->cookie_low = ~op;
	if (len > 0) {
		d->flags |= ICE_MP_AQ_FLAG_BUF | ICE_MP_AQ_FLAG_RD;
		d->flags |= len > ICE_MP_AQ_LARGE_BUF ? ICE_MP_AQ_FLAG_LB : 0;
		d->datalen = len;
		d->params.indirect.addr_high = (uint32_t)(a >> 32);
		d->params.indirect.addr_low = (uint32_t)a;
		memcpy(env_ptr(a, len), buf, len);
	}
	v->atq_next = (v->atq_next + 1) % VF_RING;
	return d;
}

/** Send a message to the PF. @return its descriptor */
static inline struct ice_mp_aq_desc * UNUSED
vf_send(unsigned int vf, uint32_t op, const void *buf, uint16_t len)
{
	struct ice_mp_aq_desc *d = vf_put(vf, op, buf, len);

	vwr(vf, VF_ATQT1, V[vf].atq_next);
	return d;
}

/** Take a message out of an ARQ; `give`: return its buffer. */
static inline bool UNUSED
pf_recv(struct ice_mp_aq_desc *d, void *buf, size_t cap, bool give)
{
	struct ice_mp_aq_desc *slot = desc_at(P.arq, P.arq_next);

	if (rd32(PF_MBX_ARQH) == P.arq_next)
		return false;
	*d = *slot;
	if (buf != NULL)
		memcpy(buf, env_ptr(P.arq_buf + P.arq_next * 4096ull, cap), cap);
	arq_slot(P.arq, P.arq_buf, P.arq_next, 4096);
	if (give)
		wr32(PF_MBX_ARQT, P.arq_next);
	P.arq_next = (P.arq_next + 1) % PF_MBX;
	return true;
}

static inline bool UNUSED
vf_recv(unsigned int vf, struct ice_mp_aq_desc *d, void *buf, size_t cap)
{
	struct vf_drv *v = &V[vf];
	struct ice_mp_aq_desc *slot = desc_at(v->arq, v->arq_next);

	if (vrd(vf, VF_ARQH1) == v->arq_next)
		return false;
	*d = *slot;
	if (buf != NULL)
		memcpy(buf, env_ptr(v->arq_buf + (uint64_t)v->arq_next * VF_BUF, cap), cap);
	arq_slot(v->arq, v->arq_buf, v->arq_next, VF_BUF);
	vwr(vf, VF_ARQT1, v->arq_next);
	v->arq_next = (v->arq_next + 1) % VF_RING;
	return true;
}

/** A message of the PF to a VF. @return retval of the PF's descriptor */
static inline uint16_t UNUSED
pf_send(uint32_t vf, uint32_t op, uint32_t status, const void *buf, uint16_t len)
{
	struct ice_mp_aq_desc *d = desc_at(P.atq, P.atq_next);

	memset(d, 0, sizeof(*d));
	d->opcode = ICE_MP_AQ_MBX_PF_TO_VF;
	d->flags = ICE_MP_AQ_FLAG_SI;
	d->cookie_high = op;
	d->cookie_low = status;
	d->params.indirect.param0 = vf;
	if (len > 0) {
		d->flags |= ICE_MP_AQ_FLAG_BUF | ICE_MP_AQ_FLAG_RD;
		d->flags |= len > ICE_MP_AQ_LARGE_BUF ? ICE_MP_AQ_FLAG_LB : 0;
		d->datalen = len;
		d->params.indirect.addr_high = (uint32_t)(P.atq_buf >> 32);
		d->params.indirect.addr_low = (uint32_t)P.atq_buf;
		memcpy(env_ptr(P.atq_buf, len), buf, len);
	}
	P.atq_next = (P.atq_next + 1) % PF_MBX;
	wr32(PF_MBX_ATQT, P.atq_next);
	return rd32(PF_MBX_ATQH) == P.atq_next ? d->retval : AQ_TIMEOUT;
}

/** Queues and vectors that pf_grant() gives: fixed slices behind the PF's. */
#define VF_QUEUES	4
#define VF_VECTORS	(VF_QUEUES + 1)
#define VF_QUEUE(vf)	(ICE_CORE_DEF_QUEUES + (vf) * VF_QUEUES)
#define VF_VECTOR(vf)	(ICE_CORE_DEF_VECTORS + (vf) * VF_VECTORS)

/** The PF driver gives a VF its queues and vectors and lets it go. */
static inline void UNUSED
pf_grant(unsigned int vf)
{
	uint32_t q = VF_QUEUE(vf) | (VF_QUEUES - 1) << VPLAN_QBASE_NUMQ_S, i;

	wr32(VPGEN_VFRTRIG(vf), 0);
	wr32(VPINT_ALLOC(vf), VPINT_ALLOC_VALID_M | VF_VECTOR(vf) |
	     (VF_VECTOR(vf) + VF_VECTORS - 1) << VPINT_ALLOC_LAST_S);
	for (i = 0; i < VF_VECTORS; i++)
		wr32(GLINT_VECT2FUNC(VF_VECTOR(vf) + i), vf);
	wr32(VPINT_MBX_CTL(vf), INT_CTL_CAUSE_ENA_M);
	wr32(VPLAN_TXQ_MAPENA(vf), VPLAN_MAPENA_M);
	wr32(VPLAN_RXQ_MAPENA(vf), VPLAN_MAPENA_M);
	wr32(VPLAN_TX_QBASE(vf), q);
	wr32(VPLAN_RX_QBASE(vf), q);
	wr32(VFGEN_RSTAT(vf), VFGEN_RSTAT_VFACTIVE);
}

/** A VF's driver listens on its vector 0. */
static inline void UNUSED
vf_listen(unsigned int vf)
{
	vwr(vf, VFINT_ICR0_ENA1, VFINT_ICR0_ENA1_ADMINQ_M);
	vwr(vf, VFINT_DYN_CTL01, ENABLE);
}

#endif /* _ICE_CORE_VF_ENV_H_ */
