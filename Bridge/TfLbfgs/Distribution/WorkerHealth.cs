namespace TfLbfgs.Distribution;

/// <summary>How a worker of a cluster does.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Answers">Whether it ran an op within <see cref="ClusterOptions.AnswerTimeout"/>; else the numbers are NaN.</param>
/// <param name="ClockOffsetSeconds">How far its clock is ahead of that of this process, exact to half of
/// <paramref name="OpSeconds"/>.</param>
/// <param name="OpSeconds">The shortest time of an op whose result is read.</param>
/// <param name="UploadBytesPerSecond">The best bandwidth towards it.</param>
/// <param name="DownloadBytesPerSecond">The best bandwidth from it.</param>
public sealed record WorkerHealth(
    ClusterWorker Worker, bool Answers, double ClockOffsetSeconds, double OpSeconds, double UploadBytesPerSecond,
        double DownloadBytesPerSecond);
