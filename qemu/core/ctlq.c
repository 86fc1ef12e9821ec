/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Control queues: the rings of the AdminQ and the mailbox.
 */

#include <string.h>

#include "ice_core_priv.h"

static bool
is_mbx(const struct ice_core *core, const struct icc_ctlq *q)
{
	return q != &core->pf.adminq;
}

static enum ice_mp_aq_err
mbx_exec(struct ice_core *core, const struct ice_mp_aq_desc *d, const void *buf, uint16_t len)
{
	switch (d->opcode) {
	case ICE_MP_AQ_Q_SHUTDOWN:
		return ICE_MP_AQ_RC_OK;
	case ICE_MP_AQ_MBX_PF_TO_VF:
		return icc_mbx_to_vf(core, d, buf, len);
	default:
		return ICE_MP_AQ_RC_ENOSYS;
	}
}

bool
icc_ctlq_desc_ok(struct ice_core *core, uint16_t fn, const struct ice_mp_aq_desc *d)
{
	if (d->flags & (ICE_MP_AQ_FLAG_DD | ICE_MP_AQ_FLAG_CMP | ICE_MP_AQ_FLAG_ERR))
		icc_breach_fn(core, fn, ICC_BR_AQ_DESC, "0x%04x posted with flags 0x%04x",
			      d->opcode, d->flags);
	if (!(d->flags & ICE_MP_AQ_FLAG_BUF))
		return true;
	if (d->datalen == 0 || d->datalen > ICE_MP_AQ_MAX_BUF) {
		icc_breach_fn(core, fn, ICC_BR_AQ_DESC, "0x%04x: buffer of %u bytes", d->opcode,
			      d->datalen);
		return false;
	}
	if (d->datalen > ICE_MP_AQ_LARGE_BUF && !(d->flags & ICE_MP_AQ_FLAG_LB)) {
		icc_breach_fn(core, fn, ICC_BR_AQ_DESC, "0x%04x: buffer of %u bytes without LB",
			      d->opcode, d->datalen);
		return false;
	}
	return true;
}

/* Read what the command brings along; false: the buffer is not accessible. */
static bool
fetch_buf(struct ice_core *core, const struct ice_mp_aq_desc *d, uint8_t *buf)
{
	uint8_t probe;

	if (d->flags & ICE_MP_AQ_FLAG_RD)
		return icc_dma_read(core, ICC_DMA_AQ, ICE_CORE_FN_PF, icc_ctlq_buf_addr(d), buf, d->datalen) == 0;
	/* Nothing may be executed whose answer has nowhere to go. */
	return icc_dma_read(core, ICC_DMA_AQ, ICE_CORE_FN_PF, icc_ctlq_buf_addr(d), &probe, 1) == 0;
}

/* Execute the command in *d and make of it its completion.
 * @return false: it is never completed. */
static bool
execute(struct ice_core *core, struct icc_ctlq *q, struct ice_mp_aq_desc *d,
	const struct icc_aq_fault *fault)
{
	const uint64_t addr = icc_ctlq_buf_addr(d);
	const bool sound = icc_ctlq_desc_ok(core, ICE_CORE_FN_PF, d);
	const uint16_t asked = sound && (d->flags & ICE_MP_AQ_FLAG_BUF) ? d->datalen : 0;
	const bool mbx = is_mbx(core, q);
	uint16_t opcode = d->opcode, give, i;
	/* Handlers see structures in it. */
	_Alignas(8) uint8_t buf[ICE_MP_AQ_MAX_BUF];
	enum ice_mp_aq_err rc;
	bool answer = false;

	memset(buf, 0, sizeof(buf));
	if (!sound) {
		rc = ICE_MP_AQ_RC_EINVAL;
	} else if (fault->fail) {
		rc = (enum ice_mp_aq_err)fault->rc;
	} else if (asked > 0 && !fetch_buf(core, d, buf)) {
		icc_breach(core, ICC_BR_AQ_DMA, "0x%04x: buffer at 0x%llx", opcode,
			   (unsigned long long)addr);
		rc = ICE_MP_AQ_RC_EFAULT;
	} else {
		rc = mbx ? mbx_exec(core, d, buf, asked) :
			   icc_aq_exec(core, ICE_CORE_FN_PF, d, buf);
		/* Messages go one way. */
		answer = asked > 0 && !mbx;
	}
	give = asked;
	if (asked > 0 && d->datalen < asked)
		give = d->datalen;
	d->datalen = give;
	if (fault->garble) {
		for (i = 0; i < 8; i++)
			d->params.raw[i] ^= 0xA5;
		for (i = 0; i < give; i++)
			buf[i] ^= 0xA5;
	}
	if (fault->shorten) {
		if (fault->len == ICC_AQ_HALF)
			give /= 2;
		else if (fault->len < give)
			give = fault->len;
		d->datalen = give;
	}
	if (fault->oversize)
		d->datalen = asked > 0 ? asked + 64 : 64;
	if (answer && give > 0 &&
	    icc_dma_write(core, ICC_DMA_AQ, ICE_CORE_FN_PF, addr, buf, give) != 0) {
		icc_breach(core, ICC_BR_AQ_DMA, "0x%04x: answer to 0x%llx", opcode,
			   (unsigned long long)addr);
		rc = ICE_MP_AQ_RC_EFAULT;
	}
	d->retval = rc;
	d->flags &= ~ICE_MP_AQ_FLAG_ERR;
	if (!fault->undone)
		d->flags |= ICE_MP_AQ_FLAG_DD | ICE_MP_AQ_FLAG_CMP;
	if (fault->stray)
		d->cookie_low--;
	if (rc != ICE_MP_AQ_RC_OK)
		d->flags |= ICE_MP_AQ_FLAG_ERR;
	if (mbx)
		return true;
	core->aq.cmds++;
	core->aq.last_opcode = opcode;
	core->aq.last_rc = rc;
	if (rc != ICE_MP_AQ_RC_OK)
		core->aq.errors++;
	if (rc == ICE_MP_AQ_RC_ENOSYS)
		core->aq.enosys++;
	icc_fault_aq_log(core, opcode, rc);
	return true;
}

/* Process commands from head to tail. `held`: the one at the head has met its
 * faults and has had its delay. */
static void
process(struct ice_core *core, struct icc_ctlq *q, bool held)
{
	struct icc_ctlq_ring *r = &q->atq;
	const bool mbx = is_mbx(core, q);
	uint32_t n, done;

	for (done = 0; done < CTLQ_LEN_LEN_M; done++) {
		struct icc_aq_fault fault = { 0 };
		struct ice_mp_aq_desc d;
		uint64_t addr;
		uint16_t flags;

		/* A command can reset or close its own queue. */
		n = icc_ctlq_len(r);
		if (n == 0 || core->reset_done_at != 0 || (!mbx && (core->aq_stuck ||
								   core->aq_held)))
			return;
		if (r->head >= n) {
			icc_breach(core, ICC_BR_AQ_RING, "head %u of %u", r->head, n);
			return;
		}
		if (r->head == r->tail)
			return;
		addr = icc_ctlq_desc_addr(r, r->head);
		if (icc_dma_read(core, ICC_DMA_AQ, ICE_CORE_FN_PF, addr, &d, sizeof(d)) != 0) {
			icc_breach(core, ICC_BR_AQ_DMA, "descriptor at 0x%llx",
				   (unsigned long long)addr);
			core->aq.timeouts += !mbx;
			return;
		}
		flags = d.flags;
		if (held) {
			fault = core->aq_held_fault;
		} else if (!mbx) {
			icc_fault_aq(core, d.opcode, &fault);
			if (fault.silent) {
				core->aq_stuck = true;
				core->aq.timeouts++;
				return;
			}
			if (fault.delay_ns > 0) {
				core->aq_held = true;
				core->aq_held_fault = fault;
				core->aq_held_until = icc_now(core) + fault.delay_ns;
				icc_timer_at(core, core->aq_held_until);
				return;
			}
		}
		held = false;
		if (!execute(core, q, &d, &fault))
			return;
		if (icc_ctlq_len(r) == 0)
			return;
		if (icc_dma_write(core, ICC_DMA_AQ, ICE_CORE_FN_PF, addr, &d, sizeof(d)) != 0) {
			icc_breach(core, ICC_BR_AQ_DMA, "completion at 0x%llx",
				   (unsigned long long)addr);
			/* It has been executed: a second time would be worse
			 * than none. */
			core->aq_stuck |= !mbx;
			core->aq.timeouts += !mbx;
			return;
		}
		r->head = (r->head + 1) % n;
		if (!(flags & ICE_MP_AQ_FLAG_SI))
			icc_intr_cause(core, ICE_CORE_FN_PF,
				       mbx ? core->pf.mbx_ctl : core->pf.fw_ctl);
	}
}

void
icc_ctlq_atq_tail(struct ice_core *core, struct icc_ctlq *q, uint32_t tail)
{
	struct icc_ctlq_ring *r = &q->atq;
	uint32_t n = icc_ctlq_len(r);

	if ((n == 0 && tail != 0) || (n != 0 && tail >= n)) {
		icc_breach(core, ICC_BR_AQ_RING, "ATQ tail %u of %u", tail, n);
		return;
	}
	r->tail = tail;
	process(core, q, false);
}

uint64_t
icc_ctlq_timer(struct ice_core *core, uint64_t now)
{
	if (!core->aq_held)
		return UINT64_MAX;
	if (core->aq_held_until <= now) {
		core->aq_held = false;
		process(core, &core->pf.adminq, true);
	}
	return core->aq_held ? core->aq_held_until : UINT64_MAX;
}

bool
icc_ctlq_post(struct ice_core *core, struct icc_ctlq *q, struct ice_mp_aq_desc *desc,
	      const void *buf, uint16_t len)
{
	struct icc_ctlq_ring *r = &q->arq;
	uint32_t n = icc_ctlq_len(r);
	struct ice_mp_aq_desc d;
	uint64_t addr;

	if (n == 0 || core->reset_done_at != 0)
		return false;
	if (r->head >= n || r->tail >= n) {
		icc_breach_fn(core, q->fn, ICC_BR_AQ_RING, "ARQ head %u tail %u of %u", r->head, r->tail, n);
		return false;
	}
	/* Full: real firmware drops too, and stock DPDK never empties it. */
	if (r->head == r->tail) {
		core->arq_dropped += q->fn == ICE_CORE_FN_PF;
		r->len |= CTLQ_LEN_OVFL_M;
		return false;
	}
	addr = icc_ctlq_desc_addr(r, r->head);
	if (icc_dma_read(core, ICC_DMA_AQ, q->fn, addr, &d, sizeof(d)) != 0) {
		icc_breach_fn(core, q->fn, ICC_BR_AQ_DMA, "ARQ descriptor at 0x%llx",
			   (unsigned long long)addr);
		return false;
	}
	if (len > 0) {
		if (!(d.flags & ICE_MP_AQ_FLAG_BUF) || d.datalen < len) {
			icc_breach_fn(core, q->fn, ICC_BR_AQ_DESC, "ARQ buffer of %u for %u, flags 0x%04x",
				   d.datalen, len, d.flags);
			return false;
		}
		if (icc_dma_write(core, ICC_DMA_AQ, q->fn, icc_ctlq_buf_addr(&d), buf, len) != 0) {
			icc_breach_fn(core, q->fn, ICC_BR_AQ_DMA, "ARQ buffer at 0x%llx",
				   (unsigned long long)icc_ctlq_buf_addr(&d));
			return false;
		}
		desc->params.indirect.addr_high = d.params.indirect.addr_high;
		desc->params.indirect.addr_low = d.params.indirect.addr_low;
		desc->flags |= ICE_MP_AQ_FLAG_BUF;
		if (len > ICE_MP_AQ_LARGE_BUF)
			desc->flags |= ICE_MP_AQ_FLAG_LB;
	}
	desc->datalen = len;
	desc->flags |= ICE_MP_AQ_FLAG_DD | ICE_MP_AQ_FLAG_CMP;
	if ((core->fault_on & ICC_FAULT_BIT(ICC_FAULT_ARQ)) && !is_mbx(core, q) &&
	    !icc_fault_arq(core, desc))
		return false;
	if (icc_dma_write(core, ICC_DMA_AQ, q->fn, addr, desc, sizeof(*desc)) != 0) {
		icc_breach_fn(core, q->fn, ICC_BR_AQ_DMA, "ARQ descriptor at 0x%llx",
			   (unsigned long long)addr);
		return false;
	}
	r->head = (r->head + 1) % n;
	if (q->fn != ICE_CORE_FN_PF)
		icc_intr_vf_mbx(core, q->fn - ICE_CORE_FN_VF(0));
	else
		icc_intr_cause(core, q->fn,
			       is_mbx(core, q) ? core->pf.mbx_ctl : core->pf.fw_ctl);
	return true;
}

uint32_t
icc_ctlq_reg_read(const struct icc_ctlq *q, bool arq, unsigned int which)
{
	const struct icc_ctlq_ring *r = arq ? &q->arq : &q->atq;
	const uint32_t regs[] = { r->bal, r->bah, r->len, r->head, r->tail };

	return which < 5 ? regs[which] : 0;
}

void
icc_ctlq_reg_write(struct ice_core *core, struct icc_ctlq *q, bool arq, unsigned int which,
		   uint32_t val)
{
	struct icc_ctlq_ring *r = arq ? &q->arq : &q->atq;

	switch (which) {
	case 0:
		r->bal = val & ~0x3Fu;
		break;
	case 1:
		r->bah = val;
		break;
	case 2:
		r->len = val & (CTLQ_LEN_LEN_M | CTLQ_LEN_VFE_M | CTLQ_LEN_OVFL_M |
				CTLQ_LEN_CRIT_M | CTLQ_LEN_ENABLE_M);
		if ((r->len & CTLQ_LEN_ENABLE_M) && (r->len & CTLQ_LEN_LEN_M) == 0)
			icc_breach_fn(core, q->fn, ICC_BR_AQ_RING, "control queue of length 0 enabled");
		if (!arq && q == &core->pf.adminq) {
			core->aq_stuck = false;
			core->aq_held = false;
			if (r->len & CTLQ_LEN_ENABLE_M)
				core->unaware = false;
		} else if (!arq && q->fn != ICE_CORE_FN_PF) {
			if (r->len & CTLQ_LEN_ENABLE_M)
				core->vf[q->fn - ICE_CORE_FN_VF(0)].unaware = false;
		} else if (arq && q == &core->pf.mbx) {
			icc_mbx_pf_arq(core);
		}
		break;
	case 3:
		r->head = val & CTLQ_HT_M;
		break;
	case 4:
		val &= CTLQ_HT_M;
		if (!arq && q->fn != ICE_CORE_FN_PF)
			icc_mbx_tail(core, q->fn - ICE_CORE_FN_VF(0), val);
		else if (!arq)
			icc_ctlq_atq_tail(core, q, val);
		else if (val != 0 && val >= icc_ctlq_len(r))
			icc_breach_fn(core, q->fn, ICC_BR_AQ_RING, "ARQ tail %u of %u", val, icc_ctlq_len(r));
		else
			r->tail = val;
		if (arq && q == &core->pf.mbx)
			icc_mbx_pf_arq(core);
		break;
	}
}

void
icc_ctlq_off(struct icc_ctlq *q)
{
	memset(&q->atq, 0, sizeof(q->atq));
	memset(&q->arq, 0, sizeof(q->arq));
}

void
icc_ctlq_reset(struct ice_core *core)
{
	icc_ctlq_off(&core->pf.adminq);
	icc_ctlq_off(&core->pf.mbx);
	core->aq_stuck = false;
	core->aq_held = false;
}
