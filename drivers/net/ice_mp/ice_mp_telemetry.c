/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Telemetry: "/ice_mp/pf" and "/ice_mp/events". Without a parameter they list
 * the devices, with a device's name they tell about it. VFs have a room of
 * their own, ice_mp_telemetry_vf.c.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_telemetry.h>

#include "ice_mp_adminq.h"
#include "ice_mp_compat.h"
#include "ice_mp_ctl.h"
#include "ice_mp_event.h"
#include "ice_mp_log.h"
#include "ice_mp_pf.h"
#include "ice_mp_port.h"
#include "ice_mp_telemetry.h"

#define TEL_U64		ice_mp_tel_u64

static void
tel_list(struct ice_mp_pf_list *pfs, struct rte_tel_data *d)
{
	struct ice_mp_pf *pf;

	rte_tel_data_start_array(d, RTE_TEL_STRING_VAL);
	TAILQ_FOREACH(pf, pfs, next)
		rte_tel_data_add_array_string(d, pf->name);
}

struct ice_mp_pf *
ice_mp_tel_find(struct ice_mp_pf_list *pfs, const char *name)
{
	struct ice_mp_pf *pf;

	TAILQ_FOREACH(pf, pfs, next)
		if (strcmp(pf->name, name) == 0)
			break;
	return pf;
}

static int
tel_adminq(struct ice_mp_pf *pf, struct rte_tel_data *d)
{
	struct rte_tel_data *aq = rte_tel_data_alloc();
	struct ice_mp_aq_counters c;

	if (aq == NULL)
		return -ENOMEM;
	ice_mp_aq_counters_get(pf, &c);
	rte_tel_data_start_dict(aq);
	TEL_U64(aq, "commands", c.commands);
	TEL_U64(aq, "errors", c.errors);
	TEL_U64(aq, "enosys", c.enosys);
	TEL_U64(aq, "timeouts", c.timeouts);
	TEL_U64(aq, "bad_replies", c.bad_replies);
	TEL_U64(aq, "restarts", c.restarts);
	TEL_U64(aq, "events", c.events);
	TEL_U64(aq, "bad_events", c.bad_events);
	TEL_U64(aq, "overflows", c.overflows);
	return rte_tel_data_add_dict_container(d, "adminq", aq, 0);
}

static int
tel_port(const struct ice_mp_port *port, struct rte_tel_data *d)
{
	struct rte_tel_data *p = rte_tel_data_alloc();
	struct rte_eth_link link;
	char name[16];

	if (p == NULL)
		return -ENOMEM;
	/* The event thread may be writing it. */
	rte_eth_linkstatus_get(ice_mp_port_dev(port), &link);
	rte_tel_data_start_dict(p);
	rte_tel_data_add_dict_string(p, "ethdev", port->data->name);
	TEL_U64(p, "port_id", port->data->port_id);
	TEL_U64(p, "vsi", port->vsi);
	TEL_U64(p, "first_queue", port->q_base);
	TEL_U64(p, "queues", port->nb_queues);
	TEL_U64(p, "first_vector", port->vec_base);
	TEL_U64(p, "vectors", port->nb_vecs);
	TEL_U64(p, "started", port->state == ICE_MP_PORT_STARTED);
	TEL_U64(p, "link_up", link.link_status);
	snprintf(name, sizeof(name), "lport%u", port->lport);
	return rte_tel_data_add_dict_container(d, name, p, 0);
}

/* Control lock held. */
static int
tel_pf_state(struct ice_mp_pf *pf, struct rte_tel_data *d)
{
	unsigned int i, open = 0;
	int rc;

	rte_tel_data_start_dict(d);
	rte_tel_data_add_dict_string(d, "name", pf->name);
	rte_tel_data_add_dict_string(d, "bus", pf->bus->ops->name);
	rte_tel_data_add_dict_string(d, "firmware", pf->fw_version);
	TEL_U64(d, "hw_ports", pf->nb_hw_ports);
	TEL_U64(d, "present", ice_mp_present(pf));
	TEL_U64(d, "state", __atomic_load_n(&pf->state, __ATOMIC_RELAXED));
	TEL_U64(d, "recoveries", pf->nb_recoveries);
	TEL_U64(d, "failures", pf->nb_failures);
	TEL_U64(d, "domain_id", pf->domain_id);
	TEL_U64(d, "vectors", pf->nb_vectors_on);
	rc = tel_adminq(pf, d);
	pthread_mutex_lock(&pf->lock);
	for (i = 0; i < ICE_MP_MAX_PORTS && rc == 0; i++) {
		if (pf->ports[i] == NULL)
			continue;
		open++;
		rc = tel_port(pf->ports[i], d);
	}
	pthread_mutex_unlock(&pf->lock);
	TEL_U64(d, "ports", open);
	return rc;
}

static int
tel_pf_one(struct ice_mp_pf *pf, struct rte_tel_data *d)
{
	int rc;

	ice_mp_ctl_lock(pf);
	rc = tel_pf_state(pf, d);
	ice_mp_ctl_unlock(pf);
	return rc;
}

static int
tel_events_one(struct ice_mp_pf *pf, struct rte_tel_data *d)
{
	struct ice_mp_event_counters c;
	struct rte_tel_data *sub;
	unsigned int i, j, nb_ports;
	char name[32];
	uint64_t val;

	ice_mp_event_counters_get(pf, &c);
	rte_tel_data_start_dict(d);
	rte_tel_data_add_dict_string(d, "mode", ice_mp_event_mode_names[ice_mp_event_face(pf)]);
	TEL_U64(d, "wakeups", c.wakeups);
	TEL_U64(d, "polls", c.polls);
	for (i = 0; i < ICE_MP_SRC_COUNT; i++) {
		sub = rte_tel_data_alloc();
		if (sub == NULL)
			return -ENOMEM;
		rte_tel_data_start_dict(sub);
		for (j = 0; j < ICE_MP_EVENT_KINDS; j++) {
			val = ice_mp_event_count_of(&c, i, j, name, sizeof(name));
			TEL_U64(sub, name, val);
		}
		if (rte_tel_data_add_dict_container(d, ice_mp_event_src_names[i], sub, 0) != 0)
			return -EIO;
	}
	nb_ports = __atomic_load_n(&pf->nb_hw_ports, __ATOMIC_RELAXED);
	for (i = 0; i < nb_ports; i++) {
		sub = rte_tel_data_alloc();
		if (sub == NULL)
			return -ENOMEM;
		rte_tel_data_start_dict(sub);
		for (j = 0; j < ICE_MP_EVENT_TYPES; j++)
			TEL_U64(sub, ice_mp_event_type_names[j], c.port[i][j]);
		snprintf(name, sizeof(name), "lport%u", i);
		if (rte_tel_data_add_dict_container(d, name, sub, 0) != 0)
			return -EIO;
	}
	return 0;
}

static int
tel_handle(const char *params, struct rte_tel_data *d,
	   int (*one)(struct ice_mp_pf *pf, struct rte_tel_data *d))
{
	struct ice_mp_pf_list *pfs = ice_mp_pfs_lock();
	struct ice_mp_pf *pf;
	int rc = 0;

	if (params == NULL || *params == '\0') {
		tel_list(pfs, d);
	} else {
		pf = ice_mp_tel_find(pfs, params);
		rc = pf == NULL ? -ENODEV : one(pf, d);
	}
	ice_mp_pfs_unlock();
	return rc;
}

static int
tel_pf(const char *cmd __rte_unused, const char *params, struct rte_tel_data *d)
{
	return tel_handle(params, d, tel_pf_one);
}

static int
tel_events(const char *cmd __rte_unused, const char *params, struct rte_tel_data *d)
{
	return tel_handle(params, d, tel_events_one);
}

/* "<device>,<mode>": the one command that changes something. */
static int
tel_event_mode(const char *cmd __rte_unused, const char *params, struct rte_tel_data *d)
{
	const char *val = params != NULL ? strchr(params, ',') : NULL;
	int mode = ice_mp_event_mode_parse(val != NULL ? val + 1 : NULL);
	char name[RTE_DEV_NAME_MAX_LEN];
	struct ice_mp_pf *pf;
	int rc = -ENODEV;

	if (mode < 0 || val - params >= (ptrdiff_t)sizeof(name))
		return -EINVAL;
	snprintf(name, sizeof(name), "%.*s", (int)(val - params), params);
	pf = ice_mp_tel_find(ice_mp_pfs_lock(), name);
	if (pf != NULL)
		rc = ice_mp_event_switch(pf, mode);
	if (rc == 0) {
		rte_tel_data_start_dict(d);
		rte_tel_data_add_dict_string(d, "mode",
					     ice_mp_event_mode_names[ice_mp_event_face(pf)]);
	}
	ice_mp_pfs_unlock();
	return rc;
}

RTE_INIT(ice_mp_telemetry)
{
	rte_telemetry_register_cmd("/ice_mp/pf", tel_pf,
		"Devices of net_ice_mp; with a device's name: its resources and AdminQ health");
	rte_telemetry_register_cmd("/ice_mp/events", tel_events,
		"Devices of net_ice_mp; with a device's name: its event counters");
	rte_telemetry_register_cmd("/ice_mp/event_mode", tel_event_mode,
		"<device>,auto|service|interrupt|poll: who takes the events from now on");
}
