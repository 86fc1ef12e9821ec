/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_io.h>
#include <rte_malloc.h>
#include <rte_memory.h>

#include "ice_mp.h"
#include "ice_mp_adminq.h"
#include "ice_mp_ctl.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"

/** Descriptors of each ring. One command is outstanding at a time; events
 * come in bursts when every port's link moves. */
#define AQ_RING			64
/** Replies are polled without sleeping this often: a device model answers
 * at once, hardware within some tens of microseconds. */
#define AQ_SPINS		64
#define AQ_SLEEP_US		50
/** Looks between two at the register that tells of a reset. */
#define AQ_LOST_EVERY		32
/** Commands in a row that may go unanswered before the queue is given up:
 * a teardown of many steps must not wait a second for each. */
#define AQ_MAX_TIMEOUTS		3
/** Time for the device to make room for a message to a VF, which it does not
 * deliver if the VF does not take it. */
#define MBX_WAIT_US		2000

struct ctlq_regs {
	uint32_t bal, bah, len, head, tail;
};

struct ctlq {
	struct ctlq_regs regs;
	struct ice_mp_aq_desc *ring;
	rte_iova_t ring_iova;
	uint8_t *bufs;			/**< one (ATQ) or AQ_RING (others) buffers */
	uint16_t nb_bufs;
	uint16_t next;
	bool up;
};

struct ice_mp_adminq {
	pthread_mutex_t lock;		/**< atq, seq, counters, last_* */
	struct ctlq atq;
	struct ctlq arq[2];		/**< by enum ice_mp_arq */
	struct ctlq mbx;		/**< messages to VFs; no ring: there are none */
	uint32_t seq;
	unsigned int silent;		/**< timeouts since the last reply */
	uint16_t last_opcode, last_rc;
	struct ice_mp_aq_counters cnt;
};

static const struct ctlq_regs atq_regs = {
	PF_FW_ATQBAL, PF_FW_ATQBAH, PF_FW_ATQLEN, PF_FW_ATQH, PF_FW_ATQT,
};

static const struct ctlq_regs mbx_regs = {
	PF_MBX_ATQBAL, PF_MBX_ATQBAH, PF_MBX_ATQLEN, PF_MBX_ATQH, PF_MBX_ATQT,
};

static const struct ctlq_regs arq_regs[2] = {
	[ICE_MP_ARQ_FW] = {
		PF_FW_ARQBAL, PF_FW_ARQBAH, PF_FW_ARQLEN, PF_FW_ARQH, PF_FW_ARQT,
	},
	[ICE_MP_ARQ_MBX] = {
		PF_MBX_ARQBAL, PF_MBX_ARQBAH, PF_MBX_ARQLEN, PF_MBX_ARQH, PF_MBX_ARQT,
	},
};

static int
aq_errno(uint16_t rc)
{
	switch (rc) {
	case ICE_MP_AQ_RC_OK: return 0;
	case ICE_MP_AQ_RC_EPERM: return -EPERM;
	case ICE_MP_AQ_RC_ENOENT: return -ENOENT;
	case ICE_MP_AQ_RC_ESRCH: return -ESRCH;
	case ICE_MP_AQ_RC_ENXIO: return -ENXIO;
	case ICE_MP_AQ_RC_E2BIG: return -E2BIG;
	case ICE_MP_AQ_RC_EAGAIN: return -EAGAIN;
	case ICE_MP_AQ_RC_ENOMEM: return -ENOMEM;
	case ICE_MP_AQ_RC_EACCES: return -EACCES;
	case ICE_MP_AQ_RC_EFAULT: return -EFAULT;
	case ICE_MP_AQ_RC_EBUSY: return -EBUSY;
	case ICE_MP_AQ_RC_EEXIST: return -EEXIST;
	case ICE_MP_AQ_RC_EINVAL: return -EINVAL;
	case ICE_MP_AQ_RC_ENOSPC: return -ENOSPC;
	case ICE_MP_AQ_RC_ENOSYS: return -ENOSYS;
	case ICE_MP_AQ_RC_ERANGE: return -ERANGE;
	default: return -EIO;
	}
}

static int
ctlq_alloc(struct ctlq *q, const struct ctlq_regs *regs, uint16_t nb_bufs)
{
	q->regs = *regs;
	q->nb_bufs = nb_bufs;
	q->ring = rte_zmalloc("ice_mp_aq", AQ_RING * sizeof(*q->ring), 4096);
	/* Each buffer is a page's worth and aligned: contiguous in any mode. */
	q->bufs = rte_zmalloc("ice_mp_aq", (size_t)nb_bufs * ICE_MP_AQ_MAX_BUF, 4096);
	if (q->ring == NULL || q->bufs == NULL)
		return -ENOMEM;
	q->ring_iova = rte_mem_virt2iova(q->ring);
	if (q->ring_iova == RTE_BAD_IOVA)
		return -ENOMEM;
	return 0;
}

static void
ctlq_free(struct ctlq *q)
{
	rte_free(q->ring);
	rte_free(q->bufs);
	q->ring = NULL;
	q->bufs = NULL;
}

static uint8_t *
ctlq_buf(const struct ctlq *q, uint16_t i)
{
	return q->bufs + (size_t)i * ICE_MP_AQ_MAX_BUF;
}

static void
ctlq_down(struct ice_mp_pf *pf, struct ctlq *q)
{
	ice_mp_wr32(pf, q->regs.head, 0);
	ice_mp_wr32(pf, q->regs.tail, 0);
	ice_mp_wr32(pf, q->regs.len, 0);
	ice_mp_wr32(pf, q->regs.bal, 0);
	ice_mp_wr32(pf, q->regs.bah, 0);
	q->up = false;
}

static int
ctlq_up(struct ice_mp_pf *pf, struct ctlq *q)
{
	uint32_t bal = (uint32_t)q->ring_iova;
	uint32_t back;

	q->next = 0;
	ice_mp_wr32(pf, q->regs.head, 0);
	ice_mp_wr32(pf, q->regs.tail, 0);
	ice_mp_wr32(pf, q->regs.len, AQ_RING | CTLQ_LEN_ENABLE_M);
	ice_mp_wr32(pf, q->regs.bal, bal);
	ice_mp_wr32(pf, q->regs.bah, (uint32_t)(q->ring_iova >> 32));
	back = ice_mp_rd32(pf, q->regs.bal);
	if (back != bal) {
		PF_LOG(pf, ERR, "control queue base 0x%x reads back 0x%x", bal, back);
		ctlq_down(pf, q);
		return back == UINT32_MAX ? -ENODEV : -EIO;
	}
	q->up = true;
	return 0;
}

static void
arq_fill(struct ctlq *q, uint16_t i)
{
	struct ice_mp_aq_desc *d = &q->ring[i];
	rte_iova_t iova = rte_mem_virt2iova(ctlq_buf(q, i));

	memset(d, 0, sizeof(*d));
	d->datalen = ICE_MP_AQ_MAX_BUF;
	d->params.indirect.addr_high = (uint32_t)(iova >> 32);
	d->params.indirect.addr_low = (uint32_t)iova;
	d->flags = ICE_MP_AQ_FLAG_BUF | ICE_MP_AQ_FLAG_LB;
}

static int
arq_up(struct ice_mp_pf *pf, struct ctlq *q)
{
	uint16_t i;
	int rc;

	for (i = 0; i < AQ_RING; i++)
		arq_fill(q, i);
	rc = ctlq_up(pf, q);
	if (rc != 0)
		return rc;
	rte_io_wmb();
	ice_mp_wr32(pf, q->regs.tail, AQ_RING - 1);
	return 0;
}

int
ice_mp_aq_init(struct ice_mp_pf *pf)
{
	struct ice_mp_adminq *aq;
	int rc;

	aq = rte_zmalloc("ice_mp_aq", sizeof(*aq), 0);
	if (aq == NULL)
		return -ENOMEM;
	pthread_mutex_init(&aq->lock, NULL);
	pf->aq = aq;
	rc = ctlq_alloc(&aq->atq, &atq_regs, 1);
	if (rc == 0)
		rc = ctlq_alloc(&aq->arq[ICE_MP_ARQ_FW], &arq_regs[ICE_MP_ARQ_FW], AQ_RING);
	if (rc == 0)
		rc = ctlq_alloc(&aq->arq[ICE_MP_ARQ_MBX], &arq_regs[ICE_MP_ARQ_MBX], AQ_RING);
	if (rc != 0) {
		PF_LOG(pf, ERR, "No memory for the control queues.");
		ice_mp_aq_fini(pf);
	}
	return rc;
}

void
ice_mp_aq_fini(struct ice_mp_pf *pf)
{
	struct ice_mp_adminq *aq = pf->aq;

	if (aq == NULL)
		return;
	ctlq_free(&aq->mbx);
	ctlq_free(&aq->arq[ICE_MP_ARQ_MBX]);
	ctlq_free(&aq->arq[ICE_MP_ARQ_FW]);
	ctlq_free(&aq->atq);
	pthread_mutex_destroy(&aq->lock);
	rte_free(aq);
	pf->aq = NULL;
}

int
ice_mp_aq_start(struct ice_mp_pf *pf)
{
	struct ice_mp_adminq *aq = pf->aq;
	int rc;

	pthread_mutex_lock(&aq->lock);
	aq->silent = 0;
	rc = ctlq_up(pf, &aq->atq);
	if (rc != 0)
		goto fail_atq;
	rc = arq_up(pf, &aq->arq[ICE_MP_ARQ_FW]);
	if (rc != 0)
		goto fail_arq;
	rc = arq_up(pf, &aq->arq[ICE_MP_ARQ_MBX]);
	if (rc != 0)
		goto fail_mbx;
	if (aq->mbx.ring != NULL)
		rc = ctlq_up(pf, &aq->mbx);
	if (rc != 0)
		goto fail_mbx_atq;
	pthread_mutex_unlock(&aq->lock);
	return 0;

fail_mbx_atq:
	ctlq_down(pf, &aq->arq[ICE_MP_ARQ_MBX]);
fail_mbx:
	ctlq_down(pf, &aq->arq[ICE_MP_ARQ_FW]);
fail_arq:
	ctlq_down(pf, &aq->atq);
fail_atq:
	pthread_mutex_unlock(&aq->lock);
	return rc;
}

void
ice_mp_aq_stop(struct ice_mp_pf *pf)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_Q_SHUTDOWN };
	struct ice_mp_adminq *aq = pf->aq;

	desc.params.indirect.param0 = ICE_MP_AQ_Q_SHUTDOWN_UNLOADING;
	if (aq->atq.up && pf->bus->ops->present(pf->bus))
		(void)ice_mp_aq_exec(pf, &desc, NULL, 0, false);
	pthread_mutex_lock(&aq->lock);
	if (aq->mbx.ring != NULL)
		ctlq_down(pf, &aq->mbx);
	ctlq_down(pf, &aq->arq[ICE_MP_ARQ_MBX]);
	ctlq_down(pf, &aq->arq[ICE_MP_ARQ_FW]);
	ctlq_down(pf, &aq->atq);
	pthread_mutex_unlock(&aq->lock);
}

void
ice_mp_aq_lost(struct ice_mp_pf *pf)
{
	struct ice_mp_adminq *aq = pf->aq;

	pthread_mutex_lock(&aq->lock);
	aq->atq.up = false;
	aq->arq[ICE_MP_ARQ_FW].up = false;
	aq->arq[ICE_MP_ARQ_MBX].up = false;
	aq->mbx.up = false;
	pthread_mutex_unlock(&aq->lock);
}

/* A reset of the device takes the queues with it. */
static bool
ctlq_lost(struct ice_mp_pf *pf, const struct ctlq *q)
{
	return ice_mp_rd32(pf, q->regs.len) != (AQ_RING | CTLQ_LEN_ENABLE_M);
}

/* Wait until the device has taken the command. Lock held.
 * @return 0, -ETIMEDOUT, -ECONNRESET after a reset, -ENODEV */
static int
atq_wait(struct ice_mp_pf *pf, struct ctlq *q)
{
	uint64_t end = rte_get_timer_cycles() +
		       rte_get_timer_hz() * ICE_MP_AQ_TIMEOUT_MS / 1000;
	unsigned int spins = 0;
	uint32_t head;

	for (;;) {
		bool late = rte_get_timer_cycles() >= end;

		head = ice_mp_rd32(pf, q->regs.head);
		if (head == UINT32_MAX)
			return -ENODEV;
		if ((head & CTLQ_HT_M) == q->next)
			return 0;
		if ((late || spins % AQ_LOST_EVERY == 0) && ctlq_lost(pf, q))
			return ice_mp_present(pf) ? -ECONNRESET : -ENODEV;
		/* The head was read after the clock: a thread that was not
		 * scheduled for a while still sees a reply that is there. */
		if (late)
			return -ETIMEDOUT;
		if (++spins < AQ_SPINS)
			rte_pause();
		else
			rte_delay_us_sleep(AQ_SLEEP_US);
	}
}

/* Is this a reply to `req`, and is its length possible? */
static int
atq_check(struct ice_mp_pf *pf, const struct ice_mp_aq_desc *req,
	  const struct ice_mp_aq_desc *rep, uint16_t len)
{
	const char *why = NULL;

	if ((rep->flags & (ICE_MP_AQ_FLAG_DD | ICE_MP_AQ_FLAG_CMP)) !=
	    (ICE_MP_AQ_FLAG_DD | ICE_MP_AQ_FLAG_CMP))
		why = "is not marked done";
	else if (rep->opcode != req->opcode)
		why = "has another opcode";
	else if (rep->cookie_high != req->cookie_high || rep->cookie_low != req->cookie_low)
		why = "has another cookie";
	else if (rep->datalen > len)
		why = "is longer than the buffer";
	else if (rep->retval == 0 && (rep->flags & ICE_MP_AQ_FLAG_ERR) != 0)
		why = "is an error without a code";
	if (why == NULL)
		return 0;
	PF_LOG(pf, ERR, "The reply to AdminQ command 0x%04x %s (flags 0x%x opcode 0x%04x "
	       "length %u of %u code %u).", req->opcode, why, rep->flags, rep->opcode,
	       rep->datalen, len, rep->retval);
	return -EIO;
}

int
ice_mp_aq_exec(struct ice_mp_pf *pf, struct ice_mp_aq_desc *desc, void *buf, uint16_t len,
	       bool to_dev)
{
	struct ice_mp_adminq *aq = pf->aq;
	struct ctlq *q = &aq->atq;
	struct ice_mp_aq_desc *slot;
	struct ice_mp_aq_desc req;
	rte_iova_t iova;
	int rc;

	ICE_MP_ASSERT(ice_mp_ctl_mine(pf));
	if (len > ICE_MP_AQ_MAX_BUF || (buf == NULL) != (len == 0))
		return -EINVAL;

	pthread_mutex_lock(&aq->lock);
	if (!q->up) {
		rc = -EIO;
		goto out;
	}
	/* A reset takes the queue with it: who has not heard of it yet must
	 * not ring at a queue that is not there. */
	if (ctlq_lost(pf, q)) {
		q->up = false;
		rc = ice_mp_present(pf) ? -EIO : -ENODEV;
		goto out;
	}
	desc->flags = ICE_MP_AQ_FLAG_SI;
	desc->datalen = 0;
	desc->retval = 0;
	if (len != 0) {
		memset(q->bufs, 0, len);
		if (to_dev) {
			memcpy(q->bufs, buf, len);
			desc->flags |= ICE_MP_AQ_FLAG_RD;
		}
		desc->flags |= ICE_MP_AQ_FLAG_BUF;
		if (len > ICE_MP_AQ_LARGE_BUF)
			desc->flags |= ICE_MP_AQ_FLAG_LB;
		desc->datalen = len;
		iova = rte_mem_virt2iova(q->bufs);
		desc->params.indirect.addr_high = (uint32_t)(iova >> 32);
		desc->params.indirect.addr_low = (uint32_t)iova;
	}
	/* The device returns the cookie: a reply that is not to this command
	 * is told apart from one that is. */
	desc->cookie_high = 0;
	desc->cookie_low = ++aq->seq;
	req = *desc;

	slot = &q->ring[q->next];
	*slot = req;
	q->next = (q->next + 1) % AQ_RING;
	aq->cnt.commands++;
	rte_io_wmb();
	ice_mp_wr32(pf, q->regs.tail, q->next);

	rc = atq_wait(pf, q);
	if (rc != 0) {
		aq->last_opcode = req.opcode;
		aq->last_rc = UINT16_MAX;
		q->up = false;
		if (rc == -ENODEV)
			goto out;
		if (rc == -ECONNRESET) {
			/* What is to be done about it is the event engine's
			 * business; until then nothing is sent: objects this
			 * driver knows of are gone. */
			PF_LOG(pf, NOTICE, "AdminQ command 0x%04x fell into a reset of the device.",
			       req.opcode);
			rc = -EIO;
			goto out;
		}
		aq->cnt.timeouts++;
		PF_LOG(pf, ERR, "AdminQ command 0x%04x was not answered in %u ms.", req.opcode,
		       ICE_MP_AQ_TIMEOUT_MS);
		/* A late answer must not land in the next command's buffer:
		 * disabled, the queue forgets what it has not done. */
		ctlq_down(pf, q);
		if (++aq->silent >= AQ_MAX_TIMEOUTS)
			PF_LOG(pf, ERR, "The AdminQ is given up.");
		else if (ctlq_up(pf, q) == 0)
			aq->cnt.restarts++;
		goto out;
	}
	aq->silent = 0;
	rte_io_rmb();
	*desc = *slot;
	memset(slot, 0, sizeof(*slot));
	rc = atq_check(pf, &req, desc, len);
	if (rc != 0) {
		aq->cnt.bad_replies++;
		aq->last_opcode = req.opcode;
		aq->last_rc = desc->retval;
		goto out;
	}
	if (desc->retval != 0) {
		aq->cnt.errors++;
		if (desc->retval == ICE_MP_AQ_RC_ENOSYS)
			aq->cnt.enosys++;
		aq->last_opcode = req.opcode;
		aq->last_rc = desc->retval;
		PF_LOG(pf, DEBUG, "AdminQ command 0x%04x failed with code %u.", req.opcode,
		       desc->retval);
		rc = aq_errno(desc->retval);
		goto out;
	}
	if (len != 0) {
		memcpy(buf, q->bufs, desc->datalen);
		memset((uint8_t *)buf + desc->datalen, 0, len - desc->datalen);
	}
	rc = desc->datalen;
out:
	pthread_mutex_unlock(&aq->lock);
	return rc;
}

int
ice_mp_aq_recv(struct ice_mp_pf *pf, enum ice_mp_arq which, struct ice_mp_aq_desc *desc,
	       void *buf, uint16_t *len)
{
	struct ice_mp_adminq *aq = pf->aq;
	struct ctlq *q = &aq->arq[which];
	uint32_t head;
	int rc = 1;

	pthread_mutex_lock(&aq->lock);
	if (!q->up) {
		rc = 0;
		goto out;
	}
	head = ice_mp_rd32(pf, q->regs.head);
	if (head == UINT32_MAX) {
		rc = -ENODEV;
		goto out;
	}
	head &= CTLQ_HT_M;
	if (head == q->next) {
		rc = 0;
		goto out;
	}
	if (head >= AQ_RING) {
		/* Nothing sensible can be taken: ignore the queue from here. */
		PF_LOG(pf, ERR, "Receive queue %u: head %u is beyond the ring.", which, head);
		aq->cnt.bad_events++;
		q->up = false;
		rc = -EIO;
		goto out;
	}
	rte_io_rmb();
	*desc = q->ring[q->next];
	*len = 0;
	if ((desc->flags & ICE_MP_AQ_FLAG_DD) == 0 || (desc->flags & ICE_MP_AQ_FLAG_ERR) != 0 ||
	    desc->datalen > ICE_MP_AQ_MAX_BUF) {
		PF_LOG(pf, ERR, "Receive queue %u: malformed message (opcode 0x%04x flags 0x%x "
		       "length %u).", which, desc->opcode, desc->flags, desc->datalen);
		aq->cnt.bad_events++;
		rc = -EIO;
	} else {
		*len = desc->datalen;
		memcpy(buf, ctlq_buf(q, q->next), *len);
		aq->cnt.events++;
	}
	arq_fill(q, q->next);
	rte_io_wmb();
	/* The tail trails by one: full and empty must differ. */
	ice_mp_wr32(pf, q->regs.tail, q->next);
	q->next = (q->next + 1) % AQ_RING;
out:
	pthread_mutex_unlock(&aq->lock);
	return rc;
}

int
ice_mp_mbx_start(struct ice_mp_pf *pf)
{
	struct ice_mp_adminq *aq = pf->aq;
	int rc;

	pthread_mutex_lock(&aq->lock);
	rc = ctlq_alloc(&aq->mbx, &mbx_regs, AQ_RING);
	if (rc == 0)
		rc = ctlq_up(pf, &aq->mbx);
	if (rc != 0)
		ctlq_free(&aq->mbx);
	pthread_mutex_unlock(&aq->lock);
	return rc;
}

/* Wait for a free slot behind q->next. Lock held. */
static int
mbx_room(struct ice_mp_pf *pf, const struct ctlq *q)
{
	uint64_t end = rte_get_timer_cycles() + rte_get_timer_hz() * MBX_WAIT_US / 1000000;
	uint32_t head;
	bool late;

	for (;;) {
		late = rte_get_timer_cycles() >= end;
		head = ice_mp_rd32(pf, q->regs.head);
		if (head == UINT32_MAX)
			return -ENODEV;
		if ((head & CTLQ_HT_M) != (uint32_t)(q->next + 1) % AQ_RING)
			return 0;
		if (late)
			return -EAGAIN;
		rte_delay_us_sleep(AQ_SLEEP_US);
	}
}

int
ice_mp_mbx_send(struct ice_mp_pf *pf, uint16_t vf, uint32_t opcode, int32_t status,
		const void *buf, uint16_t len)
{
	struct ice_mp_adminq *aq = pf->aq;
	struct ctlq *q = &aq->mbx;
	struct ice_mp_aq_desc *d;
	rte_iova_t iova;
	int rc;

	ICE_MP_ASSERT(ice_mp_ctl_mine(pf));
	if (len > ICE_MP_AQ_MAX_BUF)
		return -EINVAL;
	pthread_mutex_lock(&aq->lock);
	/* As with commands: a reset takes the queue with it. */
	if (q->up && ctlq_lost(pf, q))
		q->up = false;
	rc = q->up ? mbx_room(pf, q) : -EIO;
	if (rc != 0)
		goto out;
	d = &q->ring[q->next];
	memset(d, 0, sizeof(*d));
	d->opcode = ICE_MP_AQ_MBX_PF_TO_VF;
	d->flags = ICE_MP_AQ_FLAG_SI;
	d->cookie_high = opcode;
	d->cookie_low = (uint32_t)status;
	d->params.indirect.param0 = vf;
	if (len != 0) {
		memcpy(ctlq_buf(q, q->next), buf, len);
		iova = rte_mem_virt2iova(ctlq_buf(q, q->next));
		d->flags |= ICE_MP_AQ_FLAG_BUF | ICE_MP_AQ_FLAG_RD;
		if (len > ICE_MP_AQ_LARGE_BUF)
			d->flags |= ICE_MP_AQ_FLAG_LB;
		d->datalen = len;
		d->params.indirect.addr_high = (uint32_t)(iova >> 32);
		d->params.indirect.addr_low = (uint32_t)iova;
	}
	q->next = (q->next + 1) % AQ_RING;
	rte_io_wmb();
	ice_mp_wr32(pf, q->regs.tail, q->next);
out:
	pthread_mutex_unlock(&aq->lock);
	return rc;
}

bool
ice_mp_mbx_alive(struct ice_mp_pf *pf)
{
	struct ctlq *q = &pf->aq->mbx;
	bool alive;

	pthread_mutex_lock(&pf->aq->lock);
	alive = q->up && !ctlq_lost(pf, q);
	pthread_mutex_unlock(&pf->aq->lock);
	return alive;
}

bool
ice_mp_aq_up(struct ice_mp_pf *pf)
{
	bool up;

	pthread_mutex_lock(&pf->aq->lock);
	up = pf->aq->atq.up;
	pthread_mutex_unlock(&pf->aq->lock);
	return up;
}

bool
ice_mp_aq_overflowed(struct ice_mp_pf *pf)
{
	struct ice_mp_adminq *aq = pf->aq;
	struct ctlq *q = &aq->arq[ICE_MP_ARQ_FW];
	uint32_t len = 0;

	pthread_mutex_lock(&aq->lock);
	if (q->up)
		len = ice_mp_rd32(pf, q->regs.len);
	if (len == UINT32_MAX || (len & CTLQ_LEN_OVFL_M) == 0) {
		len = 0;
	} else {
		ice_mp_wr32(pf, q->regs.len, len & ~CTLQ_LEN_OVFL_M);
		aq->cnt.overflows++;
	}
	pthread_mutex_unlock(&aq->lock);
	return len != 0;
}

bool
ice_mp_aq_alive(struct ice_mp_pf *pf)
{
	struct ctlq *q = &pf->aq->atq;
	bool alive;

	pthread_mutex_lock(&pf->aq->lock);
	/* One that was given up after timeouts counts as dead, too. */
	alive = q->up && !ctlq_lost(pf, q);
	pthread_mutex_unlock(&pf->aq->lock);
	return alive;
}

void
ice_mp_aq_counters_get(struct ice_mp_pf *pf, struct ice_mp_aq_counters *out)
{
	pthread_mutex_lock(&pf->aq->lock);
	*out = pf->aq->cnt;
	pthread_mutex_unlock(&pf->aq->lock);
}

const char *
ice_mp_aq_last_error(struct ice_mp_pf *pf, char *buf, size_t len)
{
	struct ice_mp_adminq *aq = pf->aq;

	pthread_mutex_lock(&aq->lock);
	snprintf(buf, len, "opcode 0x%04x, code %u", aq->last_opcode, aq->last_rc);
	pthread_mutex_unlock(&aq->lock);
	return buf;
}
