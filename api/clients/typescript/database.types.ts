// Made by scripts/gen-types from the migrations. Do not edit.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  public: {
    Tables: {
      account_recovery_requests: {
        Row: {
          completed_at: string | null;
          created_at: string;
          hold_until: string;
          id: string;
          reason: string;
          reviewed_at: string | null;
          reviewed_by: string | null;
          status: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          completed_at?: string | null;
          created_at?: string;
          hold_until?: string;
          id?: string;
          reason: string;
          reviewed_at?: string | null;
          reviewed_by?: string | null;
          status?: string;
          user_id: string;
        };
        Update: {
          completed_at?: string | null;
          created_at?: string;
          hold_until?: string;
          id?: string;
          reason?: string;
          reviewed_at?: string | null;
          reviewed_by?: string | null;
          status?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "account_recovery_requests_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      admin_audit_log: {
        Row: {
          action: string;
          admin_user_id: string;
          created_at: string;
          id: string;
          ip_address: unknown;
          new_value: Json | null;
          old_value: Json | null;
          reason: string | null;
          target_id: string | null;
          target_type: string | null;
        };
        ComputedFields: never;
        Insert: {
          action: string;
          admin_user_id: string;
          created_at?: string;
          id?: string;
          ip_address?: unknown;
          new_value?: Json | null;
          old_value?: Json | null;
          reason?: string | null;
          target_id?: string | null;
          target_type?: string | null;
        };
        Update: {
          action?: string;
          admin_user_id?: string;
          created_at?: string;
          id?: string;
          ip_address?: unknown;
          new_value?: Json | null;
          old_value?: Json | null;
          reason?: string | null;
          target_id?: string | null;
          target_type?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "admin_audit_log_admin_user_id_fkey";
            columns: ["admin_user_id"];
            isOneToOne: false;
            referencedRelation: "admin_users";
            referencedColumns: ["id"];
          },
        ];
      };
      admin_user_views: {
        Row: {
          admin_user_id: string;
          created_at: string;
          id: string;
          ip_address: unknown;
          reason: string;
          view_type: string;
          viewed_user_id: string;
        };
        ComputedFields: never;
        Insert: {
          admin_user_id: string;
          created_at?: string;
          id?: string;
          ip_address?: unknown;
          reason: string;
          view_type: string;
          viewed_user_id: string;
        };
        Update: {
          admin_user_id?: string;
          created_at?: string;
          id?: string;
          ip_address?: unknown;
          reason?: string;
          view_type?: string;
          viewed_user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "admin_user_views_admin_user_id_fkey";
            columns: ["admin_user_id"];
            isOneToOne: false;
            referencedRelation: "admin_users";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "admin_user_views_viewed_user_id_fkey";
            columns: ["viewed_user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      admin_users: {
        Row: {
          created_at: string;
          id: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          id?: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          id?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "admin_users_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: true;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      analytics_event_schemas: {
        Row: {
          enum_constraints: Json | null;
          event_type: string;
          is_active: boolean;
          optional_properties: string[];
          required_properties: string[];
          updated_at: string;
          updated_by: string | null;
          version: string;
        };
        ComputedFields: never;
        Insert: {
          enum_constraints?: Json | null;
          event_type: string;
          is_active?: boolean;
          optional_properties?: string[];
          required_properties?: string[];
          updated_at?: string;
          updated_by?: string | null;
          version?: string;
        };
        Update: {
          enum_constraints?: Json | null;
          event_type?: string;
          is_active?: boolean;
          optional_properties?: string[];
          required_properties?: string[];
          updated_at?: string;
          updated_by?: string | null;
          version?: string;
        };
        Relationships: [];
      };
      analytics_events: {
        Row: {
          app_version: string | null;
          created_at: string;
          device_id: string | null;
          event_properties: Json | null;
          event_type: string;
          id: string;
          platform: string | null;
          user_id: string | null;
          user_properties: Json | null;
        };
        ComputedFields: never;
        Insert: {
          app_version?: string | null;
          created_at?: string;
          device_id?: string | null;
          event_properties?: Json | null;
          event_type: string;
          id?: string;
          platform?: string | null;
          user_id?: string | null;
          user_properties?: Json | null;
        };
        Update: {
          app_version?: string | null;
          created_at?: string;
          device_id?: string | null;
          event_properties?: Json | null;
          event_type?: string;
          id?: string;
          platform?: string | null;
          user_id?: string | null;
          user_properties?: Json | null;
        };
        Relationships: [
          {
            foreignKeyName: "analytics_events_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      appeals: {
        Row: {
          action_type: string;
          created_at: string;
          enforcement_action_id: string | null;
          id: string;
          reason: string;
          resolution_notes: string | null;
          reviewed_at: string | null;
          reviewed_by: string | null;
          status: string;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          action_type: string;
          created_at?: string;
          enforcement_action_id?: string | null;
          id?: string;
          reason: string;
          resolution_notes?: string | null;
          reviewed_at?: string | null;
          reviewed_by?: string | null;
          status?: string;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          action_type?: string;
          created_at?: string;
          enforcement_action_id?: string | null;
          id?: string;
          reason?: string;
          resolution_notes?: string | null;
          reviewed_at?: string | null;
          reviewed_by?: string | null;
          status?: string;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "appeals_enforcement_action_id_fkey";
            columns: ["enforcement_action_id"];
            isOneToOne: false;
            referencedRelation: "enforcement_actions";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "appeals_reviewed_by_fkey";
            columns: ["reviewed_by"];
            isOneToOne: false;
            referencedRelation: "admin_users";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "appeals_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      auth_sessions: {
        Row: {
          created_at: string;
          device_id: string;
          device_type: string | null;
          expires_at: string;
          id: string;
          ip_address: unknown;
          last_used_at: string;
          revoked_at: string | null;
          revoked_by: string | null;
          revoked_reason: string | null;
          user_agent: string | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          device_id: string;
          device_type?: string | null;
          expires_at: string;
          id?: string;
          ip_address?: unknown;
          last_used_at?: string;
          revoked_at?: string | null;
          revoked_by?: string | null;
          revoked_reason?: string | null;
          user_agent?: string | null;
          user_id: string;
        };
        Update: {
          created_at?: string;
          device_id?: string;
          device_type?: string | null;
          expires_at?: string;
          id?: string;
          ip_address?: unknown;
          last_used_at?: string;
          revoked_at?: string | null;
          revoked_by?: string | null;
          revoked_reason?: string | null;
          user_agent?: string | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "auth_sessions_revoked_by_fkey";
            columns: ["revoked_by"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "auth_sessions_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      blocks: {
        Row: {
          blocked_id: string;
          blocker_id: string;
          created_at: string;
          id: string;
          reason: string | null;
        };
        ComputedFields: never;
        Insert: {
          blocked_id: string;
          blocker_id: string;
          created_at?: string;
          id?: string;
          reason?: string | null;
        };
        Update: {
          blocked_id?: string;
          blocker_id?: string;
          created_at?: string;
          id?: string;
          reason?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "blocks_blocked_id_fkey";
            columns: ["blocked_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "blocks_blocker_id_fkey";
            columns: ["blocker_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      cohort_metric_alerts: {
        Row: {
          acknowledged_at: string | null;
          baseline_value: number | null;
          cohort_dimension: string;
          cohort_value: string;
          delta_ratio: number | null;
          details: Json | null;
          detected_at: string;
          id: string;
          metric_key: string;
          observed_value: number;
          policy_segment: string;
          region: string;
          resolved_at: string | null;
          run_id: string | null;
          severity: string;
          status: string;
          threshold_value: number;
        };
        ComputedFields: never;
        Insert: {
          acknowledged_at?: string | null;
          baseline_value?: number | null;
          cohort_dimension: string;
          cohort_value: string;
          delta_ratio?: number | null;
          details?: Json | null;
          detected_at?: string;
          id?: string;
          metric_key: string;
          observed_value: number;
          policy_segment?: string;
          region?: string;
          resolved_at?: string | null;
          run_id?: string | null;
          severity: string;
          status?: string;
          threshold_value: number;
        };
        Update: {
          acknowledged_at?: string | null;
          baseline_value?: number | null;
          cohort_dimension?: string;
          cohort_value?: string;
          delta_ratio?: number | null;
          details?: Json | null;
          detected_at?: string;
          id?: string;
          metric_key?: string;
          observed_value?: number;
          policy_segment?: string;
          region?: string;
          resolved_at?: string | null;
          run_id?: string | null;
          severity?: string;
          status?: string;
          threshold_value?: number;
        };
        Relationships: [
          {
            foreignKeyName: "cohort_metric_alerts_run_id_fkey";
            columns: ["run_id"];
            isOneToOne: false;
            referencedRelation: "matching_metric_runs";
            referencedColumns: ["id"];
          },
        ];
      };
      cohort_metric_daily: {
        Row: {
          cohort_dimension: string;
          cohort_value: string;
          created_at: string;
          denominator: number | null;
          freshness_at: string;
          id: string;
          is_insufficient_data: boolean;
          metric_date: string;
          metric_key: string;
          metric_value: number | null;
          metric_version: string;
          numerator: number | null;
          policy_segment: string;
          region: string;
          run_id: string | null;
          sample_size: number;
        };
        ComputedFields: never;
        Insert: {
          cohort_dimension: string;
          cohort_value: string;
          created_at?: string;
          denominator?: number | null;
          freshness_at?: string;
          id?: string;
          is_insufficient_data?: boolean;
          metric_date: string;
          metric_key: string;
          metric_value?: number | null;
          metric_version: string;
          numerator?: number | null;
          policy_segment?: string;
          region?: string;
          run_id?: string | null;
          sample_size?: number;
        };
        Update: {
          cohort_dimension?: string;
          cohort_value?: string;
          created_at?: string;
          denominator?: number | null;
          freshness_at?: string;
          id?: string;
          is_insufficient_data?: boolean;
          metric_date?: string;
          metric_key?: string;
          metric_value?: number | null;
          metric_version?: string;
          numerator?: number | null;
          policy_segment?: string;
          region?: string;
          run_id?: string | null;
          sample_size?: number;
        };
        Relationships: [
          {
            foreignKeyName: "cohort_metric_daily_run_id_fkey";
            columns: ["run_id"];
            isOneToOne: false;
            referencedRelation: "matching_metric_runs";
            referencedColumns: ["id"];
          },
        ];
      };
      cohort_metric_weekly: {
        Row: {
          cohort_dimension: string;
          cohort_value: string;
          created_at: string;
          denominator: number | null;
          freshness_at: string;
          id: string;
          is_insufficient_data: boolean;
          metric_key: string;
          metric_value: number | null;
          metric_version: string;
          numerator: number | null;
          policy_segment: string;
          region: string;
          run_id: string | null;
          sample_size: number;
          week_start_date: string;
        };
        ComputedFields: never;
        Insert: {
          cohort_dimension: string;
          cohort_value: string;
          created_at?: string;
          denominator?: number | null;
          freshness_at?: string;
          id?: string;
          is_insufficient_data?: boolean;
          metric_key: string;
          metric_value?: number | null;
          metric_version: string;
          numerator?: number | null;
          policy_segment?: string;
          region?: string;
          run_id?: string | null;
          sample_size?: number;
          week_start_date: string;
        };
        Update: {
          cohort_dimension?: string;
          cohort_value?: string;
          created_at?: string;
          denominator?: number | null;
          freshness_at?: string;
          id?: string;
          is_insufficient_data?: boolean;
          metric_key?: string;
          metric_value?: number | null;
          metric_version?: string;
          numerator?: number | null;
          policy_segment?: string;
          region?: string;
          run_id?: string | null;
          sample_size?: number;
          week_start_date?: string;
        };
        Relationships: [
          {
            foreignKeyName: "cohort_metric_weekly_run_id_fkey";
            columns: ["run_id"];
            isOneToOne: false;
            referencedRelation: "matching_metric_runs";
            referencedColumns: ["id"];
          },
        ];
      };
      compatibility_responses: {
        Row: {
          answer: NonNullable<Json>;
          answered_at: string;
          id: string;
          question_id: string;
          user_id: string;
          version_id: string;
        };
        ComputedFields: never;
        Insert: {
          answer: NonNullable<Json>;
          answered_at?: string;
          id?: string;
          question_id: string;
          user_id: string;
          version_id: string;
        };
        Update: {
          answer?: NonNullable<Json>;
          answered_at?: string;
          id?: string;
          question_id?: string;
          user_id?: string;
          version_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "compatibility_responses_question_id_fkey";
            columns: ["question_id"];
            isOneToOne: false;
            referencedRelation: "questions";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "compatibility_responses_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "compatibility_responses_version_id_fkey";
            columns: ["version_id"];
            isOneToOne: false;
            referencedRelation: "questionnaire_versions";
            referencedColumns: ["id"];
          },
        ];
      };
      data_deletion_requests: {
        Row: {
          cancellation_reason: string | null;
          completed_at: string | null;
          grace_period_ends_at: string;
          id: string;
          legal_hold: boolean;
          processing_started_at: string | null;
          request_type: string;
          requested_at: string;
          status: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          cancellation_reason?: string | null;
          completed_at?: string | null;
          grace_period_ends_at?: string;
          id?: string;
          legal_hold?: boolean;
          processing_started_at?: string | null;
          request_type: string;
          requested_at?: string;
          status?: string;
          user_id: string;
        };
        Update: {
          cancellation_reason?: string | null;
          completed_at?: string | null;
          grace_period_ends_at?: string;
          id?: string;
          legal_hold?: boolean;
          processing_started_at?: string | null;
          request_type?: string;
          requested_at?: string;
          status?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "data_deletion_requests_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      data_export_requests: {
        Row: {
          completed_at: string | null;
          download_url: string | null;
          expires_at: string | null;
          id: string;
          ip_address: unknown;
          request_type: string;
          requested_at: string;
          status: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          completed_at?: string | null;
          download_url?: string | null;
          expires_at?: string | null;
          id?: string;
          ip_address?: unknown;
          request_type: string;
          requested_at?: string;
          status?: string;
          user_id: string;
        };
        Update: {
          completed_at?: string | null;
          download_url?: string | null;
          expires_at?: string | null;
          id?: string;
          ip_address?: unknown;
          request_type?: string;
          requested_at?: string;
          status?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "data_export_requests_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      enforcement_actions: {
        Row: {
          action_type: string;
          duration_days: number | null;
          enacted_at: string;
          enacted_by: string;
          expires_at: string | null;
          id: string;
          is_active: boolean;
          reason: string;
          report_id: string | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          action_type: string;
          duration_days?: number | null;
          enacted_at?: string;
          enacted_by: string;
          expires_at?: string | null;
          id?: string;
          is_active?: boolean;
          reason: string;
          report_id?: string | null;
          user_id: string;
        };
        Update: {
          action_type?: string;
          duration_days?: number | null;
          enacted_at?: string;
          enacted_by?: string;
          expires_at?: string | null;
          id?: string;
          is_active?: boolean;
          reason?: string;
          report_id?: string | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "enforcement_actions_report_id_fkey";
            columns: ["report_id"];
            isOneToOne: false;
            referencedRelation: "reports";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "enforcement_actions_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      feature_flags: {
        Row: {
          created_at: string;
          description: string | null;
          enabled: boolean;
          id: string;
          key: string;
          rollout_percentage: number | null;
          target_segments: string[] | null;
          target_user_ids: string[] | null;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          description?: string | null;
          enabled?: boolean;
          id?: string;
          key: string;
          rollout_percentage?: number | null;
          target_segments?: string[] | null;
          target_user_ids?: string[] | null;
          updated_at?: string;
        };
        Update: {
          created_at?: string;
          description?: string | null;
          enabled?: boolean;
          id?: string;
          key?: string;
          rollout_percentage?: number | null;
          target_segments?: string[] | null;
          target_user_ids?: string[] | null;
          updated_at?: string;
        };
        Relationships: [];
      };
      match_offer_audits: {
        Row: {
          action: string;
          created_at: string;
          id: string;
          idempotency_key: string | null;
          new_status: string;
          offer_id: string;
          previous_status: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          action: string;
          created_at?: string;
          id?: string;
          idempotency_key?: string | null;
          new_status: string;
          offer_id: string;
          previous_status: string;
          user_id: string;
        };
        Update: {
          action?: string;
          created_at?: string;
          id?: string;
          idempotency_key?: string | null;
          new_status?: string;
          offer_id?: string;
          previous_status?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "match_offer_audits_offer_id_fkey";
            columns: ["offer_id"];
            isOneToOne: false;
            referencedRelation: "match_offers";
            referencedColumns: ["id"];
          },
        ];
      };
      match_offers: {
        Row: {
          action_at: string | null;
          action_type: string | null;
          batch_date: string;
          batch_generated_at: string;
          compatibility_score: number;
          compatibility_themes: string[] | null;
          cooldown_until: string | null;
          expires_at: string;
          id: string;
          offered_at: string;
          offered_user_id: string;
          physical_preference_score: number | null;
          status: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          action_at?: string | null;
          action_type?: string | null;
          batch_date: string;
          batch_generated_at?: string;
          compatibility_score: number;
          compatibility_themes?: string[] | null;
          cooldown_until?: string | null;
          expires_at?: string;
          id?: string;
          offered_at?: string;
          offered_user_id: string;
          physical_preference_score?: number | null;
          status?: string;
          user_id: string;
        };
        Update: {
          action_at?: string | null;
          action_type?: string | null;
          batch_date?: string;
          batch_generated_at?: string;
          compatibility_score?: number;
          compatibility_themes?: string[] | null;
          cooldown_until?: string | null;
          expires_at?: string;
          id?: string;
          offered_at?: string;
          offered_user_id?: string;
          physical_preference_score?: number | null;
          status?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "match_offers_offered_user_id_fkey";
            columns: ["offered_user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "match_offers_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      matches: {
        Row: {
          closed_at: string | null;
          closed_by: string | null;
          closed_reason: string | null;
          created_at: string;
          id: string;
          last_message_at: string | null;
          status: string;
          user_id_1: string;
          user_id_2: string;
        };
        ComputedFields: never;
        Insert: {
          closed_at?: string | null;
          closed_by?: string | null;
          closed_reason?: string | null;
          created_at?: string;
          id?: string;
          last_message_at?: string | null;
          status?: string;
          user_id_1: string;
          user_id_2: string;
        };
        Update: {
          closed_at?: string | null;
          closed_by?: string | null;
          closed_reason?: string | null;
          created_at?: string;
          id?: string;
          last_message_at?: string | null;
          status?: string;
          user_id_1?: string;
          user_id_2?: string;
        };
        Relationships: [
          {
            foreignKeyName: "matches_closed_by_fkey";
            columns: ["closed_by"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "matches_user_id_1_fkey";
            columns: ["user_id_1"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "matches_user_id_2_fkey";
            columns: ["user_id_2"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      matching_metric_runs: {
        Row: {
          completed_at: string | null;
          error_summary: string | null;
          id: string;
          job_type: string;
          metric_version: string;
          row_count: number;
          started_at: string;
          status: string;
          triggered_by: string;
          window_end: string;
          window_start: string;
        };
        ComputedFields: never;
        Insert: {
          completed_at?: string | null;
          error_summary?: string | null;
          id?: string;
          job_type: string;
          metric_version: string;
          row_count?: number;
          started_at?: string;
          status: string;
          triggered_by?: string;
          window_end: string;
          window_start: string;
        };
        Update: {
          completed_at?: string | null;
          error_summary?: string | null;
          id?: string;
          job_type?: string;
          metric_version?: string;
          row_count?: number;
          started_at?: string;
          status?: string;
          triggered_by?: string;
          window_end?: string;
          window_start?: string;
        };
        Relationships: [];
      };
      matchmaking_jobs: {
        Row: {
          attempt_count: number;
          batch_date: string;
          completed_at: string | null;
          error_summary: string | null;
          id: string;
          idempotency_key: string;
          job_type: string;
          offers: Json | null;
          started_at: string;
          status: string;
          timezone: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          attempt_count?: number;
          batch_date: string;
          completed_at?: string | null;
          error_summary?: string | null;
          id?: string;
          idempotency_key: string;
          job_type?: string;
          offers?: Json | null;
          started_at?: string;
          status?: string;
          timezone: string;
          user_id: string;
        };
        Update: {
          attempt_count?: number;
          batch_date?: string;
          completed_at?: string | null;
          error_summary?: string | null;
          id?: string;
          idempotency_key?: string;
          job_type?: string;
          offers?: Json | null;
          started_at?: string;
          status?: string;
          timezone?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "matchmaking_jobs_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      messages: {
        Row: {
          client_message_id: string;
          content: string;
          created_at: string;
          deleted_at: string | null;
          id: string;
          match_id: string;
          read_at: string | null;
          sender_id: string;
          status: string;
        };
        ComputedFields: never;
        Insert: {
          client_message_id: string;
          content: string;
          created_at?: string;
          deleted_at?: string | null;
          id?: string;
          match_id: string;
          read_at?: string | null;
          sender_id: string;
          status?: string;
        };
        Update: {
          client_message_id?: string;
          content?: string;
          created_at?: string;
          deleted_at?: string | null;
          id?: string;
          match_id?: string;
          read_at?: string | null;
          sender_id?: string;
          status?: string;
        };
        Relationships: [
          {
            foreignKeyName: "messages_match_id_fkey";
            columns: ["match_id"];
            isOneToOne: false;
            referencedRelation: "matches";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "messages_sender_id_fkey";
            columns: ["sender_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      moderation_queue: {
        Row: {
          assigned_to: string | null;
          created_at: string;
          id: string;
          in_review_at: string | null;
          report_id: string | null;
          resolution_notes: string | null;
          resolved_at: string | null;
          severity: string;
          sla_deadline: string;
          status: string;
        };
        ComputedFields: never;
        Insert: {
          assigned_to?: string | null;
          created_at?: string;
          id?: string;
          in_review_at?: string | null;
          report_id?: string | null;
          resolution_notes?: string | null;
          resolved_at?: string | null;
          severity: string;
          sla_deadline: string;
          status?: string;
        };
        Update: {
          assigned_to?: string | null;
          created_at?: string;
          id?: string;
          in_review_at?: string | null;
          report_id?: string | null;
          resolution_notes?: string | null;
          resolved_at?: string | null;
          severity?: string;
          sla_deadline?: string;
          status?: string;
        };
        Relationships: [
          {
            foreignKeyName: "moderation_queue_report_id_fkey";
            columns: ["report_id"];
            isOneToOne: false;
            referencedRelation: "reports";
            referencedColumns: ["id"];
          },
        ];
      };
      notifications: {
        Row: {
          action_url: string | null;
          body: string;
          created_at: string;
          data: Json | null;
          id: string;
          read_at: string | null;
          title: string;
          type: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          action_url?: string | null;
          body: string;
          created_at?: string;
          data?: Json | null;
          id?: string;
          read_at?: string | null;
          title: string;
          type: string;
          user_id: string;
        };
        Update: {
          action_url?: string | null;
          body?: string;
          created_at?: string;
          data?: Json | null;
          id?: string;
          read_at?: string | null;
          title?: string;
          type?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "notifications_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      photo_recommendation_runs: {
        Row: {
          completed_at: string | null;
          confidence: number | null;
          created_at: string;
          failure_reason: string | null;
          id: string;
          include_self_selection: boolean;
          input_photo_ids: string[];
          max_recommendations: number;
          model_version: string;
          status: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          completed_at?: string | null;
          confidence?: number | null;
          created_at?: string;
          failure_reason?: string | null;
          id?: string;
          include_self_selection?: boolean;
          input_photo_ids: string[];
          max_recommendations?: number;
          model_version?: string;
          status?: string;
          user_id: string;
        };
        Update: {
          completed_at?: string | null;
          confidence?: number | null;
          created_at?: string;
          failure_reason?: string | null;
          id?: string;
          include_self_selection?: boolean;
          input_photo_ids?: string[];
          max_recommendations?: number;
          model_version?: string;
          status?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "photo_recommendation_runs_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      photo_recommendations: {
        Row: {
          confidence: number | null;
          created_at: string;
          id: string;
          photo_id: string;
          rank: number;
          reasons: string[];
          run_id: string;
          score: number;
        };
        ComputedFields: never;
        Insert: {
          confidence?: number | null;
          created_at?: string;
          id?: string;
          photo_id: string;
          rank: number;
          reasons?: string[];
          run_id: string;
          score: number;
        };
        Update: {
          confidence?: number | null;
          created_at?: string;
          id?: string;
          photo_id?: string;
          rank?: number;
          reasons?: string[];
          run_id?: string;
          score?: number;
        };
        Relationships: [
          {
            foreignKeyName: "photo_recommendations_photo_id_fkey";
            columns: ["photo_id"];
            isOneToOne: false;
            referencedRelation: "photos";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "photo_recommendations_run_id_fkey";
            columns: ["run_id"];
            isOneToOne: false;
            referencedRelation: "photo_recommendation_runs";
            referencedColumns: ["id"];
          },
        ];
      };
      photos: {
        Row: {
          created_at: string;
          id: string;
          is_primary: boolean;
          is_verified: boolean;
          position: number;
          thumbnail_url: string | null;
          url: string;
          user_id: string;
          verification_session_id: string | null;
          visual_features: number[] | null;
          visual_model_version: string | null;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          id?: string;
          is_primary?: boolean;
          is_verified?: boolean;
          position?: number;
          thumbnail_url?: string | null;
          url: string;
          user_id: string;
          verification_session_id?: string | null;
          visual_features?: number[] | null;
          visual_model_version?: string | null;
        };
        Update: {
          created_at?: string;
          id?: string;
          is_primary?: boolean;
          is_verified?: boolean;
          position?: number;
          thumbnail_url?: string | null;
          url?: string;
          user_id?: string;
          verification_session_id?: string | null;
          visual_features?: number[] | null;
          visual_model_version?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "photos_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "photos_verification_session_id_fkey";
            columns: ["verification_session_id"];
            isOneToOne: false;
            referencedRelation: "verification_sessions";
            referencedColumns: ["id"];
          },
        ];
      };
      profiles: {
        Row: {
          city: string;
          country: string;
          created_at: string;
          drinking: string | null;
          education: string | null;
          exercise: string | null;
          height_cm: number | null;
          latitude: number | null;
          longitude: number | null;
          max_age_preference: number | null;
          max_distance_km: number | null;
          min_age_preference: number | null;
          occupation: string | null;
          physical_preferences: Json | null;
          region: string | null;
          relationship_intent: string | null;
          smoking: string | null;
          timezone: string;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          city: string;
          country?: string;
          created_at?: string;
          drinking?: string | null;
          education?: string | null;
          exercise?: string | null;
          height_cm?: number | null;
          latitude?: number | null;
          longitude?: number | null;
          max_age_preference?: number | null;
          max_distance_km?: number | null;
          min_age_preference?: number | null;
          occupation?: string | null;
          physical_preferences?: Json | null;
          region?: string | null;
          relationship_intent?: string | null;
          smoking?: string | null;
          timezone?: string;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          city?: string;
          country?: string;
          created_at?: string;
          drinking?: string | null;
          education?: string | null;
          exercise?: string | null;
          height_cm?: number | null;
          latitude?: number | null;
          longitude?: number | null;
          max_age_preference?: number | null;
          max_distance_km?: number | null;
          min_age_preference?: number | null;
          occupation?: string | null;
          physical_preferences?: Json | null;
          region?: string | null;
          relationship_intent?: string | null;
          smoking?: string | null;
          timezone?: string;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "profiles_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: true;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      push_tokens: {
        Row: {
          created_at: string;
          device_id: string;
          id: string;
          is_active: boolean;
          platform: string;
          token: string;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          device_id: string;
          id?: string;
          is_active?: boolean;
          platform: string;
          token: string;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          device_id?: string;
          id?: string;
          is_active?: boolean;
          platform?: string;
          token?: string;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "push_tokens_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      questionnaire_versions: {
        Row: {
          created_at: string;
          deprecated_at: string | null;
          description: string | null;
          id: string;
          is_active: boolean;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          deprecated_at?: string | null;
          description?: string | null;
          id: string;
          is_active?: boolean;
        };
        Update: {
          created_at?: string;
          deprecated_at?: string | null;
          description?: string | null;
          id?: string;
          is_active?: boolean;
        };
        Relationships: [];
      };
      questions: {
        Row: {
          category: string;
          config: Json | null;
          created_at: string;
          description: string | null;
          id: string;
          is_required: boolean;
          options: Json | null;
          position: number;
          prompt: string;
          type: string;
          version_id: string;
        };
        ComputedFields: never;
        Insert: {
          category: string;
          config?: Json | null;
          created_at?: string;
          description?: string | null;
          id?: string;
          is_required?: boolean;
          options?: Json | null;
          position: number;
          prompt: string;
          type: string;
          version_id: string;
        };
        Update: {
          category?: string;
          config?: Json | null;
          created_at?: string;
          description?: string | null;
          id?: string;
          is_required?: boolean;
          options?: Json | null;
          position?: number;
          prompt?: string;
          type?: string;
          version_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "questions_version_id_fkey";
            columns: ["version_id"];
            isOneToOne: false;
            referencedRelation: "questionnaire_versions";
            referencedColumns: ["id"];
          },
        ];
      };
      reports: {
        Row: {
          action_taken: string | null;
          category: string;
          created_at: string;
          description: string | null;
          evidence_ids: string[] | null;
          id: string;
          reported_match_id: string | null;
          reported_message_id: string | null;
          reported_user_id: string | null;
          reporter_id: string;
          resolution: string | null;
          resolved_at: string | null;
          severity: string;
          status: string;
          type: string;
        };
        ComputedFields: never;
        Insert: {
          action_taken?: string | null;
          category: string;
          created_at?: string;
          description?: string | null;
          evidence_ids?: string[] | null;
          id?: string;
          reported_match_id?: string | null;
          reported_message_id?: string | null;
          reported_user_id?: string | null;
          reporter_id: string;
          resolution?: string | null;
          resolved_at?: string | null;
          severity?: string;
          status?: string;
          type: string;
        };
        Update: {
          action_taken?: string | null;
          category?: string;
          created_at?: string;
          description?: string | null;
          evidence_ids?: string[] | null;
          id?: string;
          reported_match_id?: string | null;
          reported_message_id?: string | null;
          reported_user_id?: string | null;
          reporter_id?: string;
          resolution?: string | null;
          resolved_at?: string | null;
          severity?: string;
          status?: string;
          type?: string;
        };
        Relationships: [
          {
            foreignKeyName: "reports_reported_match_id_fkey";
            columns: ["reported_match_id"];
            isOneToOne: false;
            referencedRelation: "matches";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "reports_reported_message_id_fkey";
            columns: ["reported_message_id"];
            isOneToOne: false;
            referencedRelation: "messages";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "reports_reported_user_id_fkey";
            columns: ["reported_user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "reports_reporter_id_fkey";
            columns: ["reporter_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      segment_config_overrides: {
        Row: {
          config_key: string;
          created_at: string;
          id: string;
          override_type: string;
          override_value: string;
          priority: number;
          segment_id: string;
          updated_at: string;
          updated_by: string;
        };
        ComputedFields: never;
        Insert: {
          config_key: string;
          created_at?: string;
          id?: string;
          override_type?: string;
          override_value: string;
          priority?: number;
          segment_id: string;
          updated_at?: string;
          updated_by: string;
        };
        Update: {
          config_key?: string;
          created_at?: string;
          id?: string;
          override_type?: string;
          override_value?: string;
          priority?: number;
          segment_id?: string;
          updated_at?: string;
          updated_by?: string;
        };
        Relationships: [
          {
            foreignKeyName: "segment_config_overrides_config_key_fkey";
            columns: ["config_key"];
            isOneToOne: false;
            referencedRelation: "system_config";
            referencedColumns: ["key"];
          },
          {
            foreignKeyName: "segment_config_overrides_segment_id_fkey";
            columns: ["segment_id"];
            isOneToOne: false;
            referencedRelation: "user_segments";
            referencedColumns: ["id"];
          },
        ];
      };
      social_identities: {
        Row: {
          created_at: string;
          email: string | null;
          id: string;
          provider: string;
          provider_user_id: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          email?: string | null;
          id?: string;
          provider: string;
          provider_user_id: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          email?: string | null;
          id?: string;
          provider?: string;
          provider_user_id?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "social_identities_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      system_config: {
        Row: {
          description: string | null;
          key: string;
          updated_at: string;
          updated_by: string;
          value: string;
          value_type: string;
        };
        ComputedFields: never;
        Insert: {
          description?: string | null;
          key: string;
          updated_at?: string;
          updated_by: string;
          value: string;
          value_type?: string;
        };
        Update: {
          description?: string | null;
          key?: string;
          updated_at?: string;
          updated_by?: string;
          value?: string;
          value_type?: string;
        };
        Relationships: [];
      };
      typing_indicators: {
        Row: {
          is_typing: boolean;
          match_id: string;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          is_typing?: boolean;
          match_id: string;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          is_typing?: boolean;
          match_id?: string;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "typing_indicators_match_id_fkey";
            columns: ["match_id"];
            isOneToOne: false;
            referencedRelation: "matches";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "typing_indicators_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      user_preferences: {
        Row: {
          created_at: string;
          notification_marketing_enabled: boolean;
          notification_match_enabled: boolean;
          notification_message_enabled: boolean;
          notification_push_enabled: boolean;
          privacy_show_distance: boolean;
          privacy_show_last_active: boolean;
          privacy_show_online_status: boolean;
          theme: string | null;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          notification_marketing_enabled?: boolean;
          notification_match_enabled?: boolean;
          notification_message_enabled?: boolean;
          notification_push_enabled?: boolean;
          privacy_show_distance?: boolean;
          privacy_show_last_active?: boolean;
          privacy_show_online_status?: boolean;
          theme?: string | null;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          created_at?: string;
          notification_marketing_enabled?: boolean;
          notification_match_enabled?: boolean;
          notification_message_enabled?: boolean;
          notification_push_enabled?: boolean;
          privacy_show_distance?: boolean;
          privacy_show_last_active?: boolean;
          privacy_show_online_status?: boolean;
          theme?: string | null;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "user_preferences_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: true;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      user_segment_members: {
        Row: {
          added_at: string;
          added_by: string | null;
          segment_id: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          added_at?: string;
          added_by?: string | null;
          segment_id: string;
          user_id: string;
        };
        Update: {
          added_at?: string;
          added_by?: string | null;
          segment_id?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "user_segment_members_segment_id_fkey";
            columns: ["segment_id"];
            isOneToOne: false;
            referencedRelation: "user_segments";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "user_segment_members_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      user_segments: {
        Row: {
          created_at: string;
          criteria: Json | null;
          description: string | null;
          id: string;
          is_system: boolean;
          key: string;
          name: string;
          type: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          criteria?: Json | null;
          description?: string | null;
          id?: string;
          is_system?: boolean;
          key: string;
          name: string;
          type: string;
          updated_at?: string;
        };
        Update: {
          created_at?: string;
          criteria?: Json | null;
          description?: string | null;
          id?: string;
          is_system?: boolean;
          key?: string;
          name?: string;
          type?: string;
          updated_at?: string;
        };
        Relationships: [];
      };
      users: {
        Row: {
          bio: string | null;
          created_at: string;
          date_of_birth: string;
          deleted_at: string | null;
          display_name: string | null;
          gender: string | null;
          id: string;
          last_active_at: string | null;
          onboarding_step: string;
          phone_hash: string;
          phone_last_four: string;
          seeking_gender: string[] | null;
          status: string;
          updated_at: string;
        };
        ComputedFields: never;
        Insert: {
          bio?: string | null;
          created_at?: string;
          date_of_birth: string;
          deleted_at?: string | null;
          display_name?: string | null;
          gender?: string | null;
          id?: string;
          last_active_at?: string | null;
          onboarding_step?: string;
          phone_hash: string;
          phone_last_four: string;
          seeking_gender?: string[] | null;
          status?: string;
          updated_at?: string;
        };
        Update: {
          bio?: string | null;
          created_at?: string;
          date_of_birth?: string;
          deleted_at?: string | null;
          display_name?: string | null;
          gender?: string | null;
          id?: string;
          last_active_at?: string | null;
          onboarding_step?: string;
          phone_hash?: string;
          phone_last_four?: string;
          seeking_gender?: string[] | null;
          status?: string;
          updated_at?: string;
        };
        Relationships: [];
      };
      verification_sessions: {
        Row: {
          age_estimate: number | null;
          completed_at: string | null;
          consent_version: string;
          created_at: string;
          expires_at: string;
          face_vector_id: string | null;
          failure_reason: string | null;
          id: string;
          liveness_score: number | null;
          raw_photo_key: string | null;
          retry_count: number;
          status: string;
          upload_url: string | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          age_estimate?: number | null;
          completed_at?: string | null;
          consent_version: string;
          created_at?: string;
          expires_at?: string;
          face_vector_id?: string | null;
          failure_reason?: string | null;
          id?: string;
          liveness_score?: number | null;
          raw_photo_key?: string | null;
          retry_count?: number;
          status?: string;
          upload_url?: string | null;
          user_id: string;
        };
        Update: {
          age_estimate?: number | null;
          completed_at?: string | null;
          consent_version?: string;
          created_at?: string;
          expires_at?: string;
          face_vector_id?: string | null;
          failure_reason?: string | null;
          id?: string;
          liveness_score?: number | null;
          raw_photo_key?: string | null;
          retry_count?: number;
          status?: string;
          upload_url?: string | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "verification_sessions_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      visual_preference_choice_events: {
        Row: {
          choice: string;
          chosen_image_id: string | null;
          client_event_id: string | null;
          created_at: string;
          device_id: string | null;
          event_payload: Json | null;
          id: string;
          left_image_id: string;
          pair_id: string;
          presented_at: string | null;
          responded_at: string | null;
          response_time_ms: number | null;
          right_image_id: string;
          session_id: string;
          task_index: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          choice: string;
          chosen_image_id?: string | null;
          client_event_id?: string | null;
          created_at?: string;
          device_id?: string | null;
          event_payload?: Json | null;
          id?: string;
          left_image_id: string;
          pair_id: string;
          presented_at?: string | null;
          responded_at?: string | null;
          response_time_ms?: number | null;
          right_image_id: string;
          session_id: string;
          task_index: number;
          user_id: string;
        };
        Update: {
          choice?: string;
          chosen_image_id?: string | null;
          client_event_id?: string | null;
          created_at?: string;
          device_id?: string | null;
          event_payload?: Json | null;
          id?: string;
          left_image_id?: string;
          pair_id?: string;
          presented_at?: string | null;
          responded_at?: string | null;
          response_time_ms?: number | null;
          right_image_id?: string;
          session_id?: string;
          task_index?: number;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "visual_preference_choice_events_chosen_image_id_fkey";
            columns: ["chosen_image_id"];
            isOneToOne: false;
            referencedRelation: "visual_reference_images";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "visual_preference_choice_events_left_image_id_fkey";
            columns: ["left_image_id"];
            isOneToOne: false;
            referencedRelation: "visual_reference_images";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "visual_preference_choice_events_pair_id_fkey";
            columns: ["pair_id"];
            isOneToOne: false;
            referencedRelation: "visual_preference_pairs";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "visual_preference_choice_events_right_image_id_fkey";
            columns: ["right_image_id"];
            isOneToOne: false;
            referencedRelation: "visual_reference_images";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "visual_preference_choice_events_session_id_fkey";
            columns: ["session_id"];
            isOneToOne: false;
            referencedRelation: "visual_preference_sessions";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "visual_preference_choice_events_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      visual_preference_pairs: {
        Row: {
          choice: string | null;
          chosen_image_id: string | null;
          client_event_id: string | null;
          created_at: string;
          device_id: string | null;
          id: string;
          left_image_id: string;
          presented_at: string | null;
          responded_at: string | null;
          response_time_ms: number | null;
          right_image_id: string;
          session_id: string;
          skipped_reason: string | null;
          task_index: number;
        };
        ComputedFields: never;
        Insert: {
          choice?: string | null;
          chosen_image_id?: string | null;
          client_event_id?: string | null;
          created_at?: string;
          device_id?: string | null;
          id?: string;
          left_image_id: string;
          presented_at?: string | null;
          responded_at?: string | null;
          response_time_ms?: number | null;
          right_image_id: string;
          session_id: string;
          skipped_reason?: string | null;
          task_index: number;
        };
        Update: {
          choice?: string | null;
          chosen_image_id?: string | null;
          client_event_id?: string | null;
          created_at?: string;
          device_id?: string | null;
          id?: string;
          left_image_id?: string;
          presented_at?: string | null;
          responded_at?: string | null;
          response_time_ms?: number | null;
          right_image_id?: string;
          session_id?: string;
          skipped_reason?: string | null;
          task_index?: number;
        };
        Relationships: [
          {
            foreignKeyName: "visual_preference_pairs_chosen_image_id_fkey";
            columns: ["chosen_image_id"];
            isOneToOne: false;
            referencedRelation: "visual_reference_images";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "visual_preference_pairs_left_image_id_fkey";
            columns: ["left_image_id"];
            isOneToOne: false;
            referencedRelation: "visual_reference_images";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "visual_preference_pairs_right_image_id_fkey";
            columns: ["right_image_id"];
            isOneToOne: false;
            referencedRelation: "visual_reference_images";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "visual_preference_pairs_session_id_fkey";
            columns: ["session_id"];
            isOneToOne: false;
            referencedRelation: "visual_preference_sessions";
            referencedColumns: ["id"];
          },
        ];
      };
      visual_preference_profile_snapshots: {
        Row: {
          completed_pairs: number;
          confidence: number;
          created_at: string;
          id: string;
          metadata: Json | null;
          model_version: string;
          preference_vector: NonNullable<Json>;
          profile_id: string;
          reason: string;
          session_id: string | null;
          status: string;
          target_pairs: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          completed_pairs: number;
          confidence: number;
          created_at?: string;
          id?: string;
          metadata?: Json | null;
          model_version: string;
          preference_vector: NonNullable<Json>;
          profile_id: string;
          reason: string;
          session_id?: string | null;
          status: string;
          target_pairs: number;
          user_id: string;
        };
        Update: {
          completed_pairs?: number;
          confidence?: number;
          created_at?: string;
          id?: string;
          metadata?: Json | null;
          model_version?: string;
          preference_vector?: NonNullable<Json>;
          profile_id?: string;
          reason?: string;
          session_id?: string | null;
          status?: string;
          target_pairs?: number;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "visual_preference_profile_snapshots_profile_id_fkey";
            columns: ["profile_id"];
            isOneToOne: false;
            referencedRelation: "visual_preference_profiles";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "visual_preference_profile_snapshots_session_id_fkey";
            columns: ["session_id"];
            isOneToOne: false;
            referencedRelation: "visual_preference_sessions";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "visual_preference_profile_snapshots_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      visual_preference_profiles: {
        Row: {
          completed_pairs: number;
          confidence: number;
          id: string;
          last_session_id: string | null;
          latest_snapshot_id: string | null;
          model_version: string;
          preference_embedding: number[] | null;
          preference_vector: NonNullable<Json>;
          refresh_recommended: boolean;
          stale_after: string | null;
          status: string;
          target_pairs: number;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          completed_pairs?: number;
          confidence?: number;
          id?: string;
          last_session_id?: string | null;
          latest_snapshot_id?: string | null;
          model_version?: string;
          preference_embedding?: number[] | null;
          preference_vector?: NonNullable<Json>;
          refresh_recommended?: boolean;
          stale_after?: string | null;
          status?: string;
          target_pairs?: number;
          updated_at?: string;
          user_id: string;
        };
        Update: {
          completed_pairs?: number;
          confidence?: number;
          id?: string;
          last_session_id?: string | null;
          latest_snapshot_id?: string | null;
          model_version?: string;
          preference_embedding?: number[] | null;
          preference_vector?: NonNullable<Json>;
          refresh_recommended?: boolean;
          stale_after?: string | null;
          status?: string;
          target_pairs?: number;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "visual_preference_profiles_last_session_id_fkey";
            columns: ["last_session_id"];
            isOneToOne: false;
            referencedRelation: "visual_preference_sessions";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "visual_preference_profiles_latest_snapshot_id_fkey";
            columns: ["latest_snapshot_id"];
            isOneToOne: false;
            referencedRelation: "visual_preference_profile_snapshots";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "visual_preference_profiles_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: true;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      visual_preference_sessions: {
        Row: {
          completed_at: string | null;
          completed_pairs: number;
          confidence_after: number | null;
          confidence_before: number | null;
          created_at: string;
          expires_at: string;
          id: string;
          mode: string;
          status: string;
          target_pairs: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          completed_at?: string | null;
          completed_pairs?: number;
          confidence_after?: number | null;
          confidence_before?: number | null;
          created_at?: string;
          expires_at?: string;
          id?: string;
          mode: string;
          status?: string;
          target_pairs?: number;
          user_id: string;
        };
        Update: {
          completed_at?: string | null;
          completed_pairs?: number;
          confidence_after?: number | null;
          confidence_before?: number | null;
          created_at?: string;
          expires_at?: string;
          id?: string;
          mode?: string;
          status?: string;
          target_pairs?: number;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "visual_preference_sessions_user_id_fkey";
            columns: ["user_id"];
            isOneToOne: false;
            referencedRelation: "users";
            referencedColumns: ["id"];
          },
        ];
      };
      visual_reference_images: {
        Row: {
          consent_artifact_ref: string | null;
          created_at: string;
          id: string;
          is_active: boolean;
          quality_score: number | null;
          retired_at: string | null;
          sensitive_audit_tags: Json | null;
          source_mode: string;
          style_tags: string[];
          thumbnail_url: string | null;
          url: string;
          visual_features: number[] | null;
          visual_model_version: string | null;
        };
        ComputedFields: never;
        Insert: {
          consent_artifact_ref?: string | null;
          created_at?: string;
          id?: string;
          is_active?: boolean;
          quality_score?: number | null;
          retired_at?: string | null;
          sensitive_audit_tags?: Json | null;
          source_mode: string;
          style_tags?: string[];
          thumbnail_url?: string | null;
          url: string;
          visual_features?: number[] | null;
          visual_model_version?: string | null;
        };
        Update: {
          consent_artifact_ref?: string | null;
          created_at?: string;
          id?: string;
          is_active?: boolean;
          quality_score?: number | null;
          retired_at?: string | null;
          sensitive_audit_tags?: Json | null;
          source_mode?: string;
          style_tags?: string[];
          thumbnail_url?: string | null;
          url?: string;
          visual_features?: number[] | null;
          visual_model_version?: string | null;
        };
        Relationships: [];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      act_on_offer: {
        Args: { action: string; idempotency_key?: string; offer_id: string };
        Returns: Json;
      };
      admin_view_person: {
        Args: { person: string; reason: string; view_type: string };
        Returns: Json;
      };
      block_user: { Args: { other: string; reason?: string }; Returns: Json };
      cancel_deletion: { Args: { reason?: string }; Returns: Json };
      candidate_card: { Args: { candidate: string }; Returns: Json };
      erase_person: { Args: { person: string }; Returns: Json };
      export_my_data: { Args: Record<PropertyKey, never>; Returns: Json };
      export_user: { Args: { person: string }; Returns: Json };
      get_user_config: {
        Args: { user: string };
        Returns: {
          key: string;
          level: string;
          value: string;
        }[];
      };
      mark_messages_read: { Args: { match_id: string }; Returns: number };
      my_matches: {
        Args: { status?: string };
        Returns: {
          closed_at: string;
          closed_reason: string;
          created_at: string;
          id: string;
          last_message_at: string;
          other: Json;
          status: string;
          unread_count: number;
        }[];
      };
      my_offers: {
        Args: { batch_date?: string };
        Returns: {
          batch_date: string;
          batch_generated_at: string;
          candidate: Json;
          compatibility_score: number;
          compatibility_themes: string[];
          cooldown_until: string;
          expires_at: string;
          id: string;
          offered_at: string;
          physical_preference_score: number;
          status: string;
        }[];
      };
      report_user: {
        Args: {
          category: string;
          description?: string;
          evidence_ids?: string[];
          match_id?: string;
          message_id?: string;
          other?: string;
        };
        Returns: Json;
      };
      request_deletion: { Args: { request_type?: string }; Returns: Json };
      revoke_my_session: { Args: { session_id: string }; Returns: boolean };
      set_my_location: { Args: { latitude: number; longitude: number }; Returns: undefined };
      unmatch: {
        Args: { idempotency_key?: string; match_id: string; reason?: string };
        Returns: Json;
      };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R;
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R;
      }
      ? R
      : never
    : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I;
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I;
      }
      ? I
      : never
    : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U;
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U;
      }
      ? U
      : never
    : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends (DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never) = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
    : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends (PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never) = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
    : never;

export const Constants = {
  public: {
    Enums: {},
  },
} as const;
