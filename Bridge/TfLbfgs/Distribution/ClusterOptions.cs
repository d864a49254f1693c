namespace TfLbfgs.Distribution;

/// <summary>How a <see cref="Cluster"/> is joined and watched. Immutable; every value has a default.</summary>
public sealed record ClusterOptions
{
    /// <summary>
    /// Whether the server that TensorFlow opens in this process may be reached by other hosts. It listens on all interfaces without
    /// authentication; without this option a host with an address other than the loopback's is refused.
    /// Default false.
    /// </summary>
    public bool AllowUnauthenticated { get; init; }

    /// <summary>
    /// The address by which workers reach this process, as <c>host:port</c>; null (default): that of the interface which leads to the
    /// workers, and a free port.
    /// </summary>
    public string? Address { get; init; }

    /// <summary>How long to wait until all workers answer; more than zero; default 60 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// After which time an evaluation is suspected to hang: then all workers are asked for a sign of life, and the evaluation is cancelled
    /// when one gives none within <see cref="AnswerTimeout"/>; more than zero; default 60 seconds.
    /// An evaluation that takes longer with workers that answer is let alone.
    /// </summary>
    public TimeSpan EvaluationTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait for a sign of life of a worker; more than zero; default 10 seconds.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait for another process at the address of a worker that was lost; 0: not at all; default 60 seconds.</summary>
    public TimeSpan ReplacementTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a worker may load data; more than zero; default 30 minutes.</summary>
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Whether workers of other programs than <see cref="Worker"/>, such as <c>tf.distribute.Server</c>, are accepted: what they run is not
    /// known. Default false.
    /// </summary>
    public bool AcceptUnknownWorkers { get; init; }

    /// <summary>Receives the warning about the server before it is opened, and what happens to workers; null (default): stderr.</summary>
    public Action<string>? Reported { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="TfLbfgsException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        (string Name, TimeSpan Value)[] limits =
        [
            (nameof(ConnectTimeout), ConnectTimeout), (nameof(EvaluationTimeout), EvaluationTimeout),
            (nameof(AnswerTimeout), AnswerTimeout), (nameof(LoadTimeout), LoadTimeout),
        ];
        foreach ((string name, TimeSpan value) in limits)
        {
            if (value <= TimeSpan.Zero)
                throw new TfLbfgsException($"ClusterOptions.{name}: expected more than zero seconds, received {value}.");
        }

        if (ReplacementTimeout < TimeSpan.Zero)
            throw new TfLbfgsException($"ClusterOptions.ReplacementTimeout: expected zero seconds or more, received {ReplacementTimeout}.");
    }

    /// <summary>Tells what happens.</summary>
    internal void Report(string sentence) => (Reported ?? Console.Error.WriteLine)(sentence);
}
