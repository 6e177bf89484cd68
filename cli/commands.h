/* commands.h: the commands, each defined in its own file. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

struct command;

extern const struct command cmd_auth_list;
extern const struct command cmd_auth_login;
extern const struct command cmd_auth_login_hf;
extern const struct command cmd_auth_logout;
extern const struct command cmd_auth_switch;
extern const struct command cmd_auth_token;
extern const struct command cmd_auth_whoami;
extern const struct command cmd_branch_create;
extern const struct command cmd_branch_delete;
extern const struct command cmd_branch_list;
extern const struct command cmd_cache_du;
extern const struct command cmd_cache_free;
extern const struct command cmd_cache_ls;
extern const struct command cmd_cache_prune;
extern const struct command cmd_cache_restore;
extern const struct command cmd_cache_rm;
extern const struct command cmd_cache_verify;
extern const struct command cmd_cat;
extern const struct command cmd_completion;
extern const struct command cmd_datasets_info;
extern const struct command cmd_datasets_list;
extern const struct command cmd_delete_cache;
extern const struct command cmd_download;
extern const struct command cmd_env;
extern const struct command cmd_info;
extern const struct command cmd_lfs_enable_largefiles;
extern const struct command cmd_lfs_multipart_upload;
extern const struct command cmd_login;
extern const struct command cmd_logout;
extern const struct command cmd_ls;
extern const struct command cmd_models_info;
extern const struct command cmd_models_list;
extern const struct command cmd_quants;
extern const struct command cmd_queue_add;
extern const struct command cmd_queue_go;
extern const struct command cmd_queue_ls;
extern const struct command cmd_queue_pause;
extern const struct command cmd_queue_rm;
extern const struct command cmd_queue_run;
extern const struct command cmd_queue_set;
extern const struct command cmd_repo_create;
extern const struct command cmd_repo_delete;
extern const struct command cmd_cp;
extern const struct command cmd_models_card;
extern const struct command cmd_datasets_card;
extern const struct command cmd_spaces_card;
extern const struct command cmd_datasets_parquet;
extern const struct command cmd_repo_cp;
extern const struct command cmd_repo_delete_files;
extern const struct command cmd_repo_duplicate;
extern const struct command cmd_repo_files;
extern const struct command cmd_repo_files_old;
extern const struct command cmd_repo_list;
extern const struct command cmd_repo_move;
extern const struct command cmd_repo_settings;
extern const struct command cmd_scan_cache;
extern const struct command cmd_spaces_info;
extern const struct command cmd_spaces_list;
extern const struct command cmd_tag;
extern const struct command cmd_tag_create;
extern const struct command cmd_tag_delete;
extern const struct command cmd_tag_list;
extern const struct command cmd_tag_old;
extern const struct command cmd_ui;
extern const struct command cmd_upload;
extern const struct command cmd_upload_large;
extern const struct command cmd_version;
extern const struct command cmd_whoami;

#endif
