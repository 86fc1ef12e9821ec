/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * The mailbox between VFs and the PF: the device only carries messages.
 *
 * A VF's message waits in the VF's own ring until the PF has room for it, so
 * nothing is lost and nobody can fill anybody else's memory; VFs take turns,
 * a message each.
 */

#include <string.h>

#include "ice_core_priv.h"

/** Messages delivered before others get the device. */
#define MBX_BATCH	64

enum outcome {
	TAKEN,		/* delivered, refused or lost */
	WAITS,		/* the PF has no room */
	NOTHING,	/* there is none that can be read */
};

static void
set_pending(struct ice_core *core, uint16_t vf, bool pending)
{
	uint64_t bit = 1ull << (vf % 64);

	if (pending)
		core->mbx_pending[vf / 64] |= bit;
	else
		core->mbx_pending[vf / 64] &= ~bit;
}

static bool
any_pending(const struct ice_core *core)
{
	uint64_t any = 0;
	unsigned int i;

	for (i = 0; i < ICE_MP_HW_MAX_VFS / 64; i++)
		any |= core->mbx_pending[i];
	return any != 0;
}

/* The next VF in turn with a message; there is one. */
static uint16_t
next_pending(const struct ice_core *core)
{
	unsigned int at = core->mbx_next % ICE_MP_HW_MAX_VFS;
	uint64_t w = core->mbx_pending[at / 64] & ~0ull << (at % 64);

	at /= 64;
	while (w == 0) {
		at = (at + 1) % (ICE_MP_HW_MAX_VFS / 64);
		w = core->mbx_pending[at];
	}
	return at * 64 + __builtin_ctzll(w);
}

/* Hand a message to the PF. @return completion code, or -1: no room now */
static int
to_pf(struct ice_core *core, uint16_t vf, const struct ice_mp_aq_desc *d)
{
	struct icc_vf *v = &core->vf[vf];
	const struct icc_ctlq_ring *arq = &core->pf.mbx.arq;
	struct ice_mp_aq_desc msg = {
		.opcode = ICE_MP_AQ_MBX_VF_TO_PF,
		.flags = ICE_MP_AQ_FLAG_VFE,
		.retval = vf,
		.cookie_high = d->cookie_high,
		.cookie_low = d->cookie_low,
	};
	uint16_t len = d->flags & ICE_MP_AQ_FLAG_BUF ? d->datalen : 0;
	_Alignas(8) uint8_t buf[ICE_MP_AQ_MAX_BUF];
	unsigned int times;

	if (len > 0 && !(d->flags & ICE_MP_AQ_FLAG_RD)) {
		icc_breach_fn(core, v->mbx.fn, ICC_BR_AQ_DESC, "message of %u bytes without RD",
			      len);
		return ICE_MP_AQ_RC_EINVAL;
	}
	/* No PF driver, or one that knows nothing of VFs: silence. */
	if (icc_ctlq_len(arq) == 0) {
		v->to_pf_lost++;
		return ICE_MP_AQ_RC_OK;
	}
	if (arq->head == arq->tail)
		return -1;
	if (len > 0 && icc_dma_read(core, ICC_DMA_AQ, v->mbx.fn, icc_ctlq_buf_addr(d), buf,
				    len) != 0) {
		icc_breach_fn(core, v->mbx.fn, ICC_BR_AQ_DMA, "message at 0x%llx",
			      (unsigned long long)icc_ctlq_buf_addr(d));
		return ICE_MP_AQ_RC_EFAULT;
	}
	for (times = icc_fault_mbx(core, ICC_FAULT_TO_PF, vf, &msg); times > 0; times--) {
		struct ice_mp_aq_desc copy = msg;

		if (icc_ctlq_post(core, &core->pf.mbx, &copy, buf, len))
			v->to_pf++;
		else
			v->to_pf_lost++;	/* the PF's own mistake */
	}
	return ICE_MP_AQ_RC_OK;
}

/* The message at the head of a VF's ATQ. */
static enum outcome
one_message(struct ice_core *core, uint16_t vf)
{
	struct icc_vf *v = &core->vf[vf];
	struct icc_ctlq_ring *r = &v->mbx.atq;
	uint32_t n = icc_ctlq_len(r);
	struct ice_mp_aq_desc d;
	uint64_t addr;
	int rc;

	if (n == 0 || r->head == r->tail)
		return NOTHING;
	if (r->head >= n || r->tail >= n) {
		icc_breach_fn(core, v->mbx.fn, ICC_BR_AQ_RING, "ATQ head %u tail %u of %u",
			      r->head, r->tail, n);
		return NOTHING;
	}
	addr = icc_ctlq_desc_addr(r, r->head);
	if (icc_dma_read(core, ICC_DMA_AQ, v->mbx.fn, addr, &d, sizeof(d)) != 0) {
		icc_breach_fn(core, v->mbx.fn, ICC_BR_AQ_DMA, "descriptor at 0x%llx",
			      (unsigned long long)addr);
		return NOTHING;
	}
	if (!icc_ctlq_desc_ok(core, v->mbx.fn, &d))
		rc = ICE_MP_AQ_RC_EINVAL;
	else if (d.opcode == ICE_MP_AQ_MBX_VF_TO_PF)
		rc = to_pf(core, vf, &d);
	else if (d.opcode == ICE_MP_AQ_Q_SHUTDOWN)
		rc = ICE_MP_AQ_RC_OK;
	else
		rc = ICE_MP_AQ_RC_ENOSYS;
	if (rc < 0)
		return WAITS;
	d.retval = rc;
	d.flags &= ~ICE_MP_AQ_FLAG_ERR;
	d.flags |= ICE_MP_AQ_FLAG_DD | ICE_MP_AQ_FLAG_CMP;
	if (rc != ICE_MP_AQ_RC_OK)
		d.flags |= ICE_MP_AQ_FLAG_ERR;
	if (icc_dma_write(core, ICC_DMA_AQ, v->mbx.fn, addr, &d, sizeof(d)) != 0)
		icc_breach_fn(core, v->mbx.fn, ICC_BR_AQ_DMA, "completion at 0x%llx",
			      (unsigned long long)addr);
	r->head = (r->head + 1) % n;
	if (!(d.flags & ICE_MP_AQ_FLAG_SI))
		icc_intr_vf_mbx(core, vf);
	return TAKEN;
}

bool
icc_mbx_work(const struct ice_core *core)
{
	return core->cfg.nb_vfs > 0 && !core->mbx_full && any_pending(core);
}

bool
icc_mbx_run(struct ice_core *core)
{
	unsigned int done;
	uint16_t vf;

	for (done = 0; done < MBX_BATCH && icc_mbx_work(core); done++) {
		vf = next_pending(core);
		switch (one_message(core, vf)) {
		case WAITS:
			/* It keeps its turn. */
			core->mbx_full = true;
			return false;
		case NOTHING:
			set_pending(core, vf, false);
			break;
		case TAKEN:
			break;
		}
		core->mbx_next = vf + 1;
	}
	return icc_mbx_work(core);
}

static void
run_and_ask(struct ice_core *core)
{
	if (icc_mbx_run(core))
		icc_kick(core);
}

void
icc_mbx_tail(struct ice_core *core, uint16_t vf, uint32_t tail)
{
	struct icc_vf *v = &core->vf[vf];
	uint32_t n = icc_ctlq_len(&v->mbx.atq);

	if ((n == 0 && tail != 0) || (n != 0 && tail >= n)) {
		icc_breach_fn(core, v->mbx.fn, ICC_BR_AQ_RING, "ATQ tail %u of %u", tail, n);
		return;
	}
	v->mbx.atq.tail = tail;
	if (n == 0)
		return;
	set_pending(core, vf, true);
	run_and_ask(core);
}

void
icc_mbx_drop(struct ice_core *core, uint16_t vf)
{
	set_pending(core, vf, false);
}

void
icc_mbx_pf_arq(struct ice_core *core)
{
	core->mbx_full = false;
	if (icc_mbx_work(core))
		run_and_ask(core);
}

enum ice_mp_aq_err
icc_mbx_to_vf(struct ice_core *core, const struct ice_mp_aq_desc *d, const void *buf,
	      uint16_t len)
{
	const uint32_t vf = d->params.indirect.param0;
	struct ice_mp_aq_desc msg = {
		.opcode = ICE_MP_AQ_MBX_PF_TO_VF,
		.cookie_high = d->cookie_high,
		.cookie_low = d->cookie_low,
	};
	unsigned int times;
	struct icc_vf *v;

	if (vf >= core->cfg.nb_vfs) {
		if (core->cfg.nb_vfs > 0)
			icc_breach(core, ICC_BR_AQ_PARAM, "message to VF %u of %u", vf,
				   core->cfg.nb_vfs);
		return ICE_MP_AQ_RC_ENOENT;
	}
	v = &core->vf[vf];
	/* A VF that does not listen misses it: no fault of the PF. */
	for (times = icc_fault_mbx(core, ICC_FAULT_TO_VF, vf, &msg); times > 0; times--) {
		struct ice_mp_aq_desc copy = msg;

		if (icc_ctlq_post(core, &v->mbx, &copy, buf, len))
			v->from_pf++;
		else
			v->from_pf_lost++;
	}
	return ICE_MP_AQ_RC_OK;
}
