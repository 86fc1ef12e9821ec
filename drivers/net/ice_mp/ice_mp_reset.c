/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>

#include <rte_cycles.h>

#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_rxtx.h"

/** A function reset is done well within this. */
#define PFR_MS			3300
/** On top of what GLGEN_RSTCTL says a global reset takes. */
#define GLOBAL_RESET_MS		1000
/** GLGEN_RSTCTL.GRSTDEL counts these. */
#define GRSTDEL_UNIT_MS		100
#define RESET_STEP_US		1000

int
ice_mp_reset_wait(struct ice_mp_pf *pf)
{
	uint32_t grstdel, rstat, uld;
	unsigned int ms, max_ms;

	grstdel = ice_mp_rd32(pf, GLGEN_RSTCTL);
	if (grstdel == UINT32_MAX)
		return -ENODEV;
	max_ms = (grstdel & GLGEN_RSTCTL_GRSTDEL_M) * GRSTDEL_UNIT_MS + GLOBAL_RESET_MS;
	for (ms = 0; ; ms++) {
		rstat = ice_mp_rd32(pf, GLGEN_RSTAT);
		uld = ice_mp_rd32(pf, GLNVM_ULD);
		if (rstat == UINT32_MAX || uld == UINT32_MAX)
			return -ENODEV;
		if ((rstat & GLGEN_RSTAT_DEVSTATE_M) == 0 &&
		    (uld & GLNVM_ULD_DONE_M) == GLNVM_ULD_DONE_M)
			return 0;
		if (ms >= max_ms)
			break;
		rte_delay_us_sleep(RESET_STEP_US);
	}
	PF_LOG(pf, ERR, "The device stays in reset (RSTAT 0x%x, ULD 0x%x).", rstat, uld);
	return -ETIMEDOUT;
}

static int
reset_pfr(struct ice_mp_pf *pf)
{
	uint32_t ctrl;
	unsigned int ms;

	ctrl = ice_mp_rd32(pf, PFGEN_CTRL);
	if (ctrl == UINT32_MAX)
		return -ENODEV;
	ice_mp_wr32(pf, PFGEN_CTRL, ctrl | PFGEN_CTRL_PFSWR_M);
	for (ms = 0; ms < PFR_MS; ms++) {
		ctrl = ice_mp_rd32(pf, PFGEN_CTRL);
		if (ctrl == UINT32_MAX)
			return -ENODEV;
		if ((ctrl & PFGEN_CTRL_PFSWR_M) == 0)
			return 0;
		rte_delay_us_sleep(RESET_STEP_US);
	}
	PF_LOG(pf, ERR, "The function does not come out of its reset.");
	return -ETIMEDOUT;
}

int
ice_mp_pf_reset(struct ice_mp_pf *pf)
{
	uint32_t enable;
	int rc;

	rc = ice_mp_reset_wait(pf);
	if (rc != 0)
		return rc;
	/* Without the opt-in the function is that of a one-port E810; it
	 * takes effect with the reset. */
	ice_mp_wr32(pf, MP_ENABLE, MP_ENABLE_M);
	enable = ice_mp_rd32(pf, MP_ENABLE);
	if (enable == UINT32_MAX)
		return -ENODEV;
	if ((enable & MP_ENABLE_M) == 0) {
		PF_LOG(pf, ERR, "The device refuses the multi-port mode.");
		return -ENOTSUP;
	}
	rc = reset_pfr(pf);
	if (rc != 0)
		return rc;
	return ice_mp_reset_wait(pf);
}

void
ice_mp_pf_quiet(struct ice_mp_pf *pf)
{
	if (ice_mp_present(pf) && !ice_mp_in_reset(pf))
		(void)reset_pfr(pf);
}

void
ice_mp_pf_release(struct ice_mp_pf *pf)
{
	if (!ice_mp_present(pf))
		return;
	/* The next driver may be one that knows of one port only. */
	ice_mp_wr32(pf, MP_ENABLE, 0);
	(void)reset_pfr(pf);
}

int
ice_mp_dev_reset(struct rte_eth_dev *dev)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	uint16_t q;
	int rc;

	if (!ice_mp_present(port->pf))
		return -ENODEV;
	PORT_LOG(port, NOTICE, "The port is reset.");
	/* ethdev has stopped the port. Queues belong to the VSI that goes. */
	for (q = 0; q < dev->data->nb_rx_queues; q++)
		ice_mp_rx_queue_release(dev, q);
	for (q = 0; q < dev->data->nb_tx_queues; q++)
		ice_mp_tx_queue_release(dev, q);
	ice_mp_port_hw_fini(port);
	port->state = ICE_MP_PORT_INIT;
	rc = ice_mp_port_hw_init(port);
	if (rc != 0) {
		PORT_LOG(port, ERR, "The port was not built again: %s.", rte_strerror(-rc));
		return rc;
	}
	(void)ice_mp_link_refresh(port);
	return 0;
}
