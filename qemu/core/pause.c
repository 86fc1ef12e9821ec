/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Flow control (IEEE 802.3 annex 31B): MAC control frames end in the MAC. A
 * port that heeds them sends nothing while it is paused; one that sends them
 * does so while a frame waits for a buffer, and says when it is over.
 */

#include <string.h>

#include "ice_core_priv.h"

#define PAUSE_FRAME	60
#define OPCODE_PAUSE	0x0001
/** Pause time is in units of this many bit times. */
#define QUANTUM_BITS	512
/** A driver must not keep the device busy with frames of its own. */
#define MIN_REFRESH_NS	100000u

static const uint8_t pause_da[6] = { 0x01, 0x80, 0xC2, 0x00, 0x00, 0x01 };

/** What a driver that asks for none gets, as the hardware's firmware sets it. */
#define DEF_QUANTA	0xFFFF

void
icc_pause_set(struct icc_port *p, uint16_t quanta, uint16_t refresh)
{
	p->pause_quanta = quanta != 0 ? quanta : DEF_QUANTA;
	/* One that comes too late would be none. */
	p->pause_refresh = refresh != 0 && refresh < p->pause_quanta ? refresh :
			   p->pause_quanta / 2;
}

static uint64_t
quanta_ns(const struct icc_port *p, uint16_t quanta)
{
	return (uint64_t)quanta * QUANTUM_BITS / (p->now.gbps != 0 ? p->now.gbps : 1);
}

bool
icc_pause_rx(struct ice_core *core, uint8_t lport, const struct icc_pkt *pkt)
{
	struct icc_port *p = &core->port[lport];
	const uint8_t *f = pkt->data;
	uint16_t quanta;

	if (pkt->len < 18 || f[12] != 0x88 || f[13] != 0x08)
		return false;
	if ((f[14] << 8 | f[15]) != OPCODE_PAUSE || memcmp(f, pause_da, sizeof(pause_da)) != 0)
		return true;
	quanta = f[16] << 8 | f[17];
	if (quanta != 0)
		p->stats.rx_xoff++;
	else
		p->stats.rx_xon++;
	if (!p->now.pause_rx)
		return true;
	p->paused_until = quanta != 0 ? icc_now(core) + quanta_ns(p, quanta) : 0;
	if (quanta == 0)
		icc_tx_unblock(core, lport);
	return true;
}

/* quanta 0: go on. The other side may take it or not. */
static void
say(struct ice_core *core, uint8_t lport, uint16_t quanta)
{
	uint8_t f[PAUSE_FRAME] = { 0 };
	struct ice_core_iov iov = { f, sizeof(f) };
	struct icc_port *p = &core->port[lport];
	struct icc_pkt pkt;

	memcpy(f, pause_da, 6);
	memcpy(f + 6, p->laa, 6);
	f[12] = 0x88;
	f[13] = 0x08;
	f[15] = OPCODE_PAUSE;
	f[16] = quanta >> 8;
	f[17] = (uint8_t)quanta;
	if (p->wire != ICE_CORE_PORT_ALL) {
		icc_parse(&pkt, f, sizeof(f));
		icc_rx_port(core, p->wire, &pkt, false);
	} else if (!core->ops->tx(core->opaque, lport, &iov, 1, sizeof(f))) {
		return;
	}
	if (quanta != 0)
		p->stats.tx_xoff++;
	else
		p->stats.tx_xon++;
}

void
icc_pause_congested(struct ice_core *core, uint8_t lport)
{
	struct icc_port *p = &core->port[lport];
	uint64_t now = icc_now(core), again;

	if (!p->now.pause_tx || now < p->xoff_again)
		return;
	say(core, lport, p->pause_quanta);
	/* The other side is to hear of it again before its time is over, unless
	 * that is no time at all. */
	again = quanta_ns(p, p->pause_quanta - p->pause_refresh);
	p->xoff_again = now + (again > MIN_REFRESH_NS ? again : MIN_REFRESH_NS);
	icc_timer_at(core, p->xoff_again);
}

void
icc_pause_relieved(struct ice_core *core, uint8_t lport)
{
	struct icc_port *p = &core->port[lport];

	if (p->xoff_again == 0)
		return;
	p->xoff_again = 0;
	if (p->now.pause_tx)
		say(core, lport, 0);
}
