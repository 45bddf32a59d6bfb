from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflows", "0013_talk")]

    operations = [
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("status", "returned")),
                fields=["process", "ended_at"],
                name="call_answered",
            ),
        ),
    ]
