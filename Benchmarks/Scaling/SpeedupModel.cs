namespace TfLbfgs.Benchmarks.Scaling;

/// <summary>
/// The time of an evaluation over workers, from measured overheads: each worker computes its share; the controller sends the vector to each
/// and receives a gradient from each through one network interface, handles their bytes and a message of
/// each, and sums them. What a tree would take instead is the same over groups of its width.
/// </summary>
/// <param name="SecondsPerRow">What a row takes on a worker, of one parameter.</param>
/// <param name="SecondsPerCall">The fixed part of an evaluation on workers: calls and waiting.</param>
/// <param name="SecondsPerWorker">What each further worker adds to it on the controller.</param>
/// <param name="SecondsPerByte">What a byte takes that is sent or received, besides its time on the network.</param>
/// <param name="SumBytesPerSecond">The rate at which the controller adds gradients.</param>
internal sealed record SpeedupModel(
    double SecondsPerRow, double SecondsPerCall, double SecondsPerWorker, double SecondsPerByte, double SumBytesPerSecond)
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
        (Alone(rows, parameters) / workers) + Overhead(workers, parameters, bitsPerSecond);

    /// <summary>Seconds above the slowest worker, with the sum on the controller.</summary>
    /// <inheritdoc cref="Star"/>
    public double Overhead(double workers, double parameters, double bitsPerSecond) =>
        SecondsPerCall + (workers * PerWorker(parameters, bitsPerSecond));

    /// <summary>Seconds with a tree of workers that pass the vector on and add gradients.</summary>
    /// <inheritdoc cref="Star"/>
    public double Tree(double workers, double rows, double parameters, double bitsPerSecond)
    {
        double levels = Math.Max(1, Math.Ceiling(Math.Log(workers) / Math.Log(TreeWidth)));
        double fan = Math.Min(workers, TreeWidth);
        return (Alone(rows, parameters) / workers) + (levels * Overhead(fan, parameters, bitsPerSecond));
    }

    /// <summary>The number of workers beyond which the controller's sum costs more than it saves.</summary>
    public double BestWorkers(double rows, double parameters, double bitsPerSecond) =>
        Math.Sqrt(Alone(rows, parameters) / PerWorker(parameters, bitsPerSecond));

    /// <summary>What a worker adds on the controller: a message, the vector, a gradient, and its addition.</summary>
    private double PerWorker(double parameters, double bitsPerSecond) =>
        SecondsPerWorker + (2 * 8 * parameters * ((8 / bitsPerSecond) + SecondsPerByte)) + (8 * parameters / SumBytesPerSecond);
}
