import pulumi
import pulumi_sequence_remote_api as sequence

config = pulumi.Config()

api = sequence.RemoteApi(
    "sequence",
    access_token=config.require_secret("accessToken"),
    # No answer above this, ever.
    ceiling_cents=500_000,
    amounts={
        # The same every time.
        "rent": sequence.AmountArgs(kind=sequence.AmountKind.FIXED, cents=150_000),
        # What the pod lacks to $500, but at most $200 at once.
        "buffer": sequence.AmountArgs(
            kind=sequence.AmountKind.TOP_UP,
            account="Bills Pod",
            target_cents=50_000,
            max_cents=20_000,
        ),
        # All above $10,000, in whole hundreds of dollars.
        "excess": sequence.AmountArgs(
            kind=sequence.AmountKind.SWEEP,
            account="Main Operating Pod",
            floor_cents=1_000_000,
            round_to_cents=10_000,
        ),
    },
    triggers={
        "payday": sequence.TriggerArgs(
            rule_id="ru_12345",
            api_secret=config.require_secret("paydaySecret"),
            # At nine in the morning on the 1st and the 15th.
            schedule="cron(0 9 1,15 * ? *)",
            timezone="America/New_York",
            # What the rule asks for then: a mail tells you if it doesn't, or if one can't be answered.
            asks=["rent", "buffer", "excess"],
        ),
    },
    alarm_email=config.require("alarmEmail"),
)

# Secret: paste each into the rule in Sequence that asks for it.
pulumi.export("amountUrls", api.amount_urls)
pulumi.export("dashboardUrl", api.dashboard_url)
