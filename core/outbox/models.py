from django.db import models


class WorkerBeat(models.Model):
    """The last sign of life of the background worker."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    class Meta:
        app_label = "core"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_worker_beat")]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M:%S}"


class WorkerProcess(models.Model):
    """A running worker by its name; one whose `at` is old is dead, and its tasks go back into the queue."""

    id = models.CharField(primary_key=True, max_length=64)
    started_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return self.id


class ScheduledRun(models.Model):
    """When a periodic job was last begun; moving `last_at` on is how one worker claims the run."""

    name = models.CharField(primary_key=True, max_length=60)
    last_at = models.DateTimeField()

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return self.name
