/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "ice_mp_sim_priv.h"

struct sim_dev *
sim_api_enter(const char *name)
{
	struct sim_dev *sim = ice_mp_sim_get(name);

	if (sim != NULL)
		sim_enter(sim);
	return sim;
}

void
sim_api_leave(struct sim_dev *sim)
{
	sim_leave(sim);
	ice_mp_sim_put();
}

/* Of devices removed; under dead_lock. */
static pthread_mutex_t dead_lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t dead_violations;
static char dead_state[262144];

void
sim_api_obituary(struct sim_dev *sim)
{
	const char *why;
	int64_t n;

	sim_enter(sim);
	n = ice_core_violations(sim->core);
	pthread_mutex_lock(&dead_lock);
	dead_violations += n;
	ice_core_query(sim->core, dead_state, sizeof(dead_state));
	why = strstr(dead_state, "\"violations\":");
	if (n != 0)
		SIM_LOG(WARNING, "%s: breaches of contract: %.1500s", sim->name,
			why != NULL ? why : dead_state);
	pthread_mutex_unlock(&dead_lock);
	sim_leave(sim);
}

int
ice_mp_sim_fault(const char *name, const char *cmd, char *out, size_t len)
{
	struct sim_dev *sim = sim_api_enter(name);
	int rc;

	if (sim == NULL)
		return -ENODEV;
	rc = ice_core_fault(sim->core, cmd, out, len) == 0 ? 0 : -EINVAL;
	sim_api_leave(sim);
	return rc;
}

int
ice_mp_sim_fault_script(const char *name, const char *text, char *out, size_t len)
{
	struct sim_dev *sim = sim_api_enter(name);
	int rc;

	if (sim == NULL)
		return -ENODEV;
	rc = ice_core_fault_script(sim->core, text, out, len) == 0 ? 0 : -EINVAL;
	sim_api_leave(sim);
	return rc;
}

int
ice_mp_sim_query(const char *name, char *buf, size_t len)
{
	struct sim_dev *sim;
	int rc;

	if (name == NULL) {
		pthread_mutex_lock(&dead_lock);
		rc = snprintf(buf, len, "%s", dead_state);
		pthread_mutex_unlock(&dead_lock);
		return rc;
	}
	sim = sim_api_enter(name);
	if (sim == NULL)
		return -ENODEV;
	rc = ice_core_query(sim->core, buf, len);
	sim_api_leave(sim);
	return rc;
}

int64_t
ice_mp_sim_violations(const char *name)
{
	struct sim_dev *sim;
	int64_t n;

	if (name == NULL) {
		pthread_mutex_lock(&dead_lock);
		n = dead_violations;
		pthread_mutex_unlock(&dead_lock);
		return n;
	}
	sim = sim_api_enter(name);
	if (sim == NULL)
		return -ENODEV;
	n = ice_core_violations(sim->core);
	sim_api_leave(sim);
	return n;
}

int
ice_mp_sim_reg_read(const char *name, uint32_t reg, uint32_t *val)
{
	struct sim_dev *sim = sim_api_enter(name);

	if (sim == NULL)
		return -ENODEV;
	*val = ice_core_reg_read(sim->core, ICE_CORE_FN_PF, reg, 4);
	sim_api_leave(sim);
	return 0;
}

int
ice_mp_sim_reg_write(const char *name, uint32_t reg, uint32_t val)
{
	struct sim_dev *sim = sim_api_enter(name);

	if (sim == NULL)
		return -ENODEV;
	ice_core_reg_write(sim->core, ICE_CORE_FN_PF, reg, val, 4);
	sim_api_leave(sim);
	return 0;
}

int
ice_mp_sim_inject_event(const char *name, uint8_t port, uint8_t type, uint16_t data)
{
	struct sim_dev *sim = sim_api_enter(name);
	int rc;

	if (sim == NULL)
		return -ENODEV;
	rc = ice_core_inject_event(sim->core, port, type, data) == 0 ? 0 : -ENOSPC;
	sim_api_leave(sim);
	return rc;
}

int
ice_mp_sim_inject_rx(const char *name, uint8_t lport, const void *frame, size_t len)
{
	struct sim_dev *sim = sim_api_enter(name);
	int rc = -EINVAL;

	if (sim == NULL)
		return -ENODEV;
	if (lport < sim->nb_ports)
		rc = ice_core_rx(sim->core, lport, frame, len) == ICE_CORE_RX_DONE ? 0 : -EAGAIN;
	sim_api_leave(sim);
	return rc;
}

int
ice_mp_sim_capture(const char *name, uint8_t lport, unsigned int depth)
{
	struct sim_dev *sim = sim_api_enter(name);
	struct sim_capture *cap;
	struct sim_frame *frame;

	if (sim == NULL)
		return -ENODEV;
	if (lport >= sim->nb_ports) {
		sim_api_leave(sim);
		return -EINVAL;
	}
	cap = &sim->capture[lport];
	cap->depth = depth;
	while (depth == 0 && (frame = STAILQ_FIRST(&cap->frames)) != NULL) {
		STAILQ_REMOVE_HEAD(&cap->frames, next);
		cap->nb--;
		free(frame);
	}
	if (cap->refused && (depth == 0 || cap->nb < depth)) {
		cap->refused = false;
		ice_core_tx_ready(sim->core, lport);
	}
	sim_api_leave(sim);
	return 0;
}

int
ice_mp_sim_collect_tx(const char *name, uint8_t lport, void *buf, size_t len)
{
	struct sim_dev *sim = sim_api_enter(name);
	struct sim_capture *cap;
	struct sim_frame *frame;
	int rc = -ENOENT;

	if (sim == NULL)
		return -ENODEV;
	if (lport >= sim->nb_ports) {
		sim_api_leave(sim);
		return -EINVAL;
	}
	cap = &sim->capture[lport];
	frame = STAILQ_FIRST(&cap->frames);
	if (frame != NULL) {
		STAILQ_REMOVE_HEAD(&cap->frames, next);
		cap->nb--;
		memcpy(buf, frame->data, RTE_MIN(len, frame->len));
		rc = frame->len;
		free(frame);
		if (cap->refused) {
			cap->refused = false;
			ice_core_tx_ready(sim->core, lport);
		}
	}
	sim_api_leave(sim);
	return rc;
}
