from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflows", "0016_undone_calls")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="untold",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(
                    ("status__in", ["delivered", "dropped", "withdrawn"]), ("untold", True)
                ),
                fields=["id"],
                name="message_untold",
            ),
        ),
    ]
