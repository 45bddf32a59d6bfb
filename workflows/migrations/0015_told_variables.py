from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflows", "0014_late_answers")]

    operations = [
        migrations.AddField(
            model_name="callreport",
            name="variables",
            field=models.JSONField(null=True),
        ),
    ]
