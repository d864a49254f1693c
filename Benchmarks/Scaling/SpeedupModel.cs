namespace TfLbfgs.Benchmarks.Scaling;

/// <summary>
/// The time of an evaluation over workers, from measured overheads: each worker computes its share; the controller sends the vector to each
/// and receives a gradient from each through one network interface, handles a message of
/// each, and sums them. What a tree would take instead is the same over groups of its width.
/// </summary>
/// <param name="SecondsPerRow">What a row takes on a worker, of one parameter.</param>
/// <param name="SecondsPerCall">The fixed part of an evaluation on workers: calls and waiting.</param>
/// <param name="SecondsPerWorker">What each further worker adds to it on the controller.</param>
/// <param name="SumBytesPerSecond">The rate at which the controller adds gradients.</param>
internal sealed record SpeedupModel(double SecondsPerRow, double SecondsPerCall, double SecondsPerWorker, double SumBytesPerSecond)
{
    private const int TreeWidth = 8;

    /// <summary>Seconds on one machine without workers.</summary>
    public double Alone(double rows, double parameters) => rows * parameters * SecondsPerRow;

    /// <summary>Seconds with the sum on the controller.</summary>
    /// <param name="workers">How many.</param>
    /// <param name="rows">The rows of all.</param>
    /// <param name="parameters">n.</param>
    /// <param name="bitsPerSecond">The rate of a network interface, in each direction.</param>
    public double Star(double workers, double rows, double parameters, double bitsPerSecond) =>
        (Alone(rows, parameters) / workers) + SecondsPerCall + (workers * SecondsPerWorker) + (2 * workers * Transfer(parameters, bitsPerSecond)) + (workers * Sum(parameters));

    /// <summary>Seconds with a tree of workers that pass the vector on and add gradients.</summary>
    /// <inheritdoc cref="Star"/>
    public double Tree(double workers, double rows, double parameters, double bitsPerSecond)
    {
        double levels = Math.Max(1, Math.Ceiling(Math.Log(workers) / Math.Log(TreeWidth)));
        double fan = Math.Min(workers, TreeWidth);
        return (Alone(rows, parameters) / workers) + (levels * (SecondsPerCall + (fan * SecondsPerWorker) + (2 * fan * Transfer(parameters, bitsPerSecond)) + (fan * Sum(parameters))));
    }

    /// <summary>The number of workers beyond which the controller's sum costs more than it saves.</summary>
    public double BestWorkers(double rows, double parameters, double bitsPerSecond) =>
        Math.Sqrt(Alone(rows, parameters) / (SecondsPerWorker + (2 * Transfer(parameters, bitsPerSecond)) + Sum(parameters)));

    private static double Transfer(double parameters, double bitsPerSecond) => 64 * parameters / bitsPerSecond;

    private double Sum(double parameters) => 8 * parameters / SumBytesPerSecond;
}
