/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Telemetry of VFs, by the name of their device:
 *
 *   /ice_mp/vf_list,<device>             all of them: port and state
 *   /ice_mp/vf_info,<device>,<vf>        what is known of one
 *   /ice_mp/vf_set,<device>,<vf>,<key>,<value>
 *                                        decide something; answers as vf_info
 *   /ice_mp/vf_reset,<device>,<vf>       likewise
 *
 * Keys and values of vf_set are in the table below. A device that recovers
 * from a reset is not waited for.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_string_fns.h>
#include <rte_telemetry.h>

#include "ice_mp_compat.h"
#include "ice_mp_ctl.h"
#include "ice_mp_pf.h"
#include "ice_mp_port.h"
#include "ice_mp_telemetry.h"
#include "ice_mp_vf_admin.h"

#define TEL_U64		ice_mp_tel_u64
/** Words of a command: device, VF, key, value. */
#define TEL_WORDS	4

static const char * const link_names[] = {
	[ICE_MP_VF_LINK_AUTO] = "auto",
	[ICE_MP_VF_LINK_UP] = "up",
	[ICE_MP_VF_LINK_DOWN] = "down",
};

static const char * const cause_names[ICE_MP_VF_CAUSES] = {
	[ICE_MP_VF_BY_VF] = "resets_by_vf",
	[ICE_MP_VF_BY_PF] = "resets_by_pf",
	[ICE_MP_VF_BY_FLR] = "resets_by_flr",
};

static void
tel_mac(struct rte_tel_data *d, const char *name, const struct rte_ether_addr *addr)
{
	char text[RTE_ETHER_ADDR_FMT_SIZE];

	rte_ether_format_addr(text, sizeof(text), addr);
	rte_tel_data_add_dict_string(d, name, text);
}

static void
tel_admin(struct rte_tel_data *d, const struct ice_mp_vf_admin *a)
{
	tel_mac(d, "admin_mac", &a->mac);
	TEL_U64(d, "vlan", a->pvid);
	TEL_U64(d, "vlan_prio", a->pvid_prio);
	TEL_U64(d, "trust", a->trusted);
	TEL_U64(d, "spoof_check", a->spoof_check);
	TEL_U64(d, "promisc", a->promisc);
	TEL_U64(d, "allmulti", a->allmulti);
	rte_tel_data_add_dict_string(d, "link", link_names[a->link]);
	TEL_U64(d, "mtu", a->mtu);
	TEL_U64(d, "min_tx_mbps", a->min_tx_mbps);
	TEL_U64(d, "max_tx_mbps", a->max_tx_mbps);
}

static void
tel_counters(struct rte_tel_data *d, const struct ice_mp_vf_counters *c)
{
	unsigned int i;

	TEL_U64(d, "messages", c->messages);
	TEL_U64(d, "answered", c->answered);
	TEL_U64(d, "ok", c->ok);
	TEL_U64(d, "refused_param", c->refused_param);
	TEL_U64(d, "refused_unsupported", c->refused_unsupported);
	TEL_U64(d, "refused_other", c->refused_other);
	TEL_U64(d, "vetoed", c->vetoed);
	TEL_U64(d, "not_sent", c->not_sent);
	TEL_U64(d, "deferred", c->deferred);
	TEL_U64(d, "events", c->events);
	TEL_U64(d, "promisc_ignored", c->promisc_ignored);
	for (i = 0; i < ICE_MP_VF_CAUSES; i++)
		TEL_U64(d, cause_names[i], c->resets[i]);
}

static void
tel_vf(struct ice_mp_vf *vf, struct rte_tel_data *d)
{
	uint32_t mbps;
	bool up;

	ice_mp_vf_link_get(vf, &up, &mbps);
	rte_tel_data_start_dict(d);
	TEL_U64(d, "vf", vf->id);
	TEL_U64(d, "lport", vf->lport);
	rte_tel_data_add_dict_string(d, "state", ice_mp_vf_state_names[vf->state]);
	tel_mac(d, "mac", &vf->mac);
	TEL_U64(d, "link_up", up);
	TEL_U64(d, "link_mbps", mbps);
	TEL_U64(d, "first_queue", vf->q_base);
	TEL_U64(d, "max_queues", vf->max_queues);
	TEL_U64(d, "queues", ice_mp_vf_is_up(vf) ? vf->nb_queues : 0);
	TEL_U64(d, "first_vector", vf->vec_base);
	TEL_U64(d, "vectors", vf->nb_vecs);
	TEL_U64(d, "vsi", vf->vsi);
	TEL_U64(d, "macs", vf->nb_macs);
	TEL_U64(d, "vlans", vf->nb_vlans);
	tel_admin(d, &vf->admin);
	tel_counters(d, &vf->cnt);
}

/* ---- commands ---- */

/** A command, in words. */
struct tel_cmd {
	char text[256];
	char *word[TEL_WORDS];
	unsigned int nb;
	uint16_t vf;
	struct rte_tel_data *d;
};

/* A number, the whole word. */
static int
tel_num(const char *word, unsigned long max, unsigned long *out)
{
	char *end;

	if (*word < '0' || *word > '9')
		return -EINVAL;
	errno = 0;
	*out = strtoul(word, &end, 0);
	return errno != 0 || *end != '\0' || *out > max ? -EINVAL : 0;
}

static int
tel_split(const char *params, unsigned int nb, struct tel_cmd *cmd)
{
	unsigned long n;
	char *p;

	memset(cmd, 0, sizeof(*cmd));
	if (params == NULL || strlcpy(cmd->text, params, sizeof(cmd->text)) >= sizeof(cmd->text))
		return -EINVAL;
	for (p = cmd->text; p != NULL && cmd->nb < TEL_WORDS; p = strchr(p, ',')) {
		if (cmd->nb != 0)
			*p++ = '\0';
		cmd->word[cmd->nb++] = p;
	}
	if (cmd->nb != nb)
		return -EINVAL;
	if (nb > 1 && tel_num(cmd->word[1], UINT16_MAX, &n) != 0)
		return -EINVAL;
	cmd->vf = nb > 1 ? n : 0;
	return 0;
}

/* Run fn about the device that is named first; the list of devices is held. */
static int
tel_run(const char *params, unsigned int words, struct rte_tel_data *d,
	int (*fn)(struct ice_mp_pf *pf, struct tel_cmd *cmd))
{
	struct ice_mp_pf_list *pfs;
	struct ice_mp_pf *pf;
	struct tel_cmd cmd;
	int rc;

	rc = tel_split(params, words, &cmd);
	if (rc != 0)
		return rc;
	cmd.d = d;
	pfs = ice_mp_pfs_lock();
	pf = ice_mp_tel_find(pfs, cmd.word[0]);
	rc = pf == NULL ? -ENODEV : fn(pf, &cmd);
	ice_mp_pfs_unlock();
	return rc;
}

static int
tel_list_fn(struct ice_mp_pf *pf, struct tel_cmd *cmd)
{
	char name[16], text[64];
	unsigned int i;

	rte_tel_data_start_dict(cmd->d);
	ice_mp_ctl_lock(pf);
	for (i = 0; pf->vfs != NULL && i < pf->vfs->nb; i++) {
		const struct ice_mp_vf *vf = &pf->vfs->vf[i];

		snprintf(name, sizeof(name), "vf%u", i);
		snprintf(text, sizeof(text), "lport%u %s", vf->lport,
			 ice_mp_vf_state_names[vf->state]);
		rte_tel_data_add_dict_string(cmd->d, name, text);
	}
	ice_mp_ctl_unlock(pf);
	return 0;
}

static int
tel_info_fn(struct ice_mp_pf *pf, struct tel_cmd *cmd)
{
	struct ice_mp_vf *vf;

	ice_mp_ctl_lock(pf);
	vf = ice_mp_vf_get(pf, cmd->vf);
	if (vf != NULL)
		tel_vf(vf, cmd->d);
	ice_mp_ctl_unlock(pf);
	return vf != NULL ? 0 : -EINVAL;
}

static int
tel_reset_vf(struct ice_mp_vf *vf, void *arg __rte_unused)
{
	return ice_mp_vf_reset_later(vf, ICE_MP_VF_BY_PF);
}

static int
tel_reset_fn(struct ice_mp_pf *pf, struct tel_cmd *cmd)
{
	int rc = ice_mp_vf_call(pf, cmd->vf, false, tel_reset_vf, NULL);

	return rc != 0 ? rc : tel_info_fn(pf, cmd);
}

/* ---- vf_set ---- */

static int
set_mac(const char *val, struct ice_mp_vf_admin *to)
{
	return rte_ether_unformat_addr(val, &to->mac) == 0 ? 0 : -EINVAL;
}

/* "<id>" or "<id>:<prio>" */
static int
set_vlan(const char *val, struct ice_mp_vf_admin *to)
{
	const char *colon = strchr(val, ':');
	unsigned long id, prio = 0;
	char text[8];

	if (colon != NULL) {
		if (colon - val >= (ptrdiff_t)sizeof(text) ||
		    tel_num(colon + 1, UINT8_MAX, &prio) != 0)
			return -EINVAL;
		strlcpy(text, val, colon - val + 1);
		val = text;
	}
	if (tel_num(val, UINT16_MAX, &id) != 0)
		return -EINVAL;
	to->pvid = id;
	to->pvid_prio = prio;
	return 0;
}

static int
set_flag(const char *val, bool *flag)
{
	if (strcmp(val, "on") != 0 && strcmp(val, "off") != 0)
		return -EINVAL;
	*flag = strcmp(val, "on") == 0;
	return 0;
}

static int
set_trust(const char *val, struct ice_mp_vf_admin *to)
{
	return set_flag(val, &to->trusted);
}

static int
set_spoof_check(const char *val, struct ice_mp_vf_admin *to)
{
	return set_flag(val, &to->spoof_check);
}

static int
set_promisc(const char *val, struct ice_mp_vf_admin *to)
{
	return set_flag(val, &to->promisc);
}

static int
set_allmulti(const char *val, struct ice_mp_vf_admin *to)
{
	return set_flag(val, &to->allmulti);
}

static int
set_link(const char *val, struct ice_mp_vf_admin *to)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(link_names); i++) {
		if (strcmp(val, link_names[i]) == 0) {
			to->link = (enum ice_mp_vf_link_mode)i;
			return 0;
		}
	}
	return -EINVAL;
}

static int
set_rate(const char *val, uint32_t *mbps)
{
	unsigned long n;

	if (tel_num(val, UINT32_MAX, &n) != 0)
		return -EINVAL;
	*mbps = n;
	return 0;
}

static int
set_max_rate(const char *val, struct ice_mp_vf_admin *to)
{
	return set_rate(val, &to->max_tx_mbps);
}

static int
set_min_rate(const char *val, struct ice_mp_vf_admin *to)
{
	return set_rate(val, &to->min_tx_mbps);
}

static int
set_mtu(const char *val, struct ice_mp_vf_admin *to)
{
	unsigned long n;

	if (tel_num(val, UINT16_MAX, &n) != 0)
		return -EINVAL;
	to->mtu = n;
	return 0;
}

static const struct {
	const char *key;
	uint32_t what;
	int (*parse)(const char *val, struct ice_mp_vf_admin *to);
} set_keys[] = {
	{ "mac", ICE_MP_VF_SET_MAC, set_mac },		/* all zero: none */
	{ "vlan", ICE_MP_VF_SET_VLAN, set_vlan },	/* 0: none */
	{ "trust", ICE_MP_VF_SET_TRUST, set_trust },	/* on, off */
	{ "spoof_check", ICE_MP_VF_SET_SPOOF_CHECK, set_spoof_check },	/* on, off */
	{ "promisc", ICE_MP_VF_SET_PROMISC, set_promisc },	/* on, off */
	{ "allmulti", ICE_MP_VF_SET_ALLMULTI, set_allmulti },	/* on, off */
	{ "link", ICE_MP_VF_SET_LINK, set_link },	/* auto, up, down */
	{ "max_tx_mbps", ICE_MP_VF_SET_MAX_RATE, set_max_rate },	/* 0: no limit */
	{ "min_tx_mbps", ICE_MP_VF_SET_MIN_RATE, set_min_rate },	/* 0: none */
	{ "mtu", ICE_MP_VF_SET_MTU, set_mtu },		/* 0: the port's */
};

static int
tel_change_vf(struct ice_mp_vf *vf, void *arg)
{
	return ice_mp_vf_change(vf, arg);
}

static int
tel_move_vf(struct ice_mp_vf *vf, void *arg)
{
	const unsigned long *lport = arg;

	/* As in the application's call: a port that has an ethdev. */
	if (vf->pf->by_lport[*lport] == NULL)
		return -EINVAL;
	return ice_mp_vf_move(vf, *lport);
}

static int
tel_set_fn(struct ice_mp_pf *pf, struct tel_cmd *cmd)
{
	const char *key = cmd->word[2], *val = cmd->word[3];
	struct ice_mp_vf_change change = { 0 };
	unsigned long lport;
	unsigned int i;
	int rc;

	if (strcmp(key, "lport") == 0) {
		if (tel_num(val, ICE_MP_MAX_PORTS - 1, &lport) != 0)
			return -EINVAL;
		rc = ice_mp_vf_call(pf, cmd->vf, false, tel_move_vf, &lport);
		return rc != 0 ? rc : tel_info_fn(pf, cmd);
	}
	for (i = 0; i < RTE_DIM(set_keys) && strcmp(key, set_keys[i].key) != 0; i++)
		;
	if (i == RTE_DIM(set_keys) || set_keys[i].parse(val, &change.to) != 0)
		return -EINVAL;
	change.what = set_keys[i].what;
	rc = ice_mp_vf_call(pf, cmd->vf, false, tel_change_vf, &change);
	return rc != 0 ? rc : tel_info_fn(pf, cmd);
}

static int
tel_vf_list(const char *cmd __rte_unused, const char *params, struct rte_tel_data *d)
{
	return tel_run(params, 1, d, tel_list_fn);
}

static int
tel_vf_info(const char *cmd __rte_unused, const char *params, struct rte_tel_data *d)
{
	return tel_run(params, 2, d, tel_info_fn);
}

static int
tel_vf_set(const char *cmd __rte_unused, const char *params, struct rte_tel_data *d)
{
	return tel_run(params, 4, d, tel_set_fn);
}

static int
tel_vf_reset(const char *cmd __rte_unused, const char *params, struct rte_tel_data *d)
{
	return tel_run(params, 2, d, tel_reset_fn);
}

RTE_INIT(ice_mp_telemetry_vf)
{
	rte_telemetry_register_cmd("/ice_mp/vf_list", tel_vf_list,
		"<device>: its VFs, their ports and states");
	rte_telemetry_register_cmd("/ice_mp/vf_info", tel_vf_info,
		"<device>,<vf>: what was decided about a VF, what it has and did");
	rte_telemetry_register_cmd("/ice_mp/vf_set", tel_vf_set,
		"<device>,<vf>,<key>,<value>: decide something about a VF (keys: the driver's guide)");
	rte_telemetry_register_cmd("/ice_mp/vf_reset", tel_vf_reset,
		"<device>,<vf>: reset a VF");
}
