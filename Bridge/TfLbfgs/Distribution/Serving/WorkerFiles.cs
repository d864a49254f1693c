using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Distribution.Serving;

/// <summary>The mailbox of a worker as a controller sees it: ops on files that run on the worker.</summary>
internal static class WorkerFiles
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);
    private static readonly string Own = Guid.NewGuid().ToString("N")[..12];
    private static long _requests;

    /// <summary>What a worker says of itself; null: it has no such file.</summary>
    /// <exception cref="ClusterException">It does not answer in time, or not as a worker does.</exception>
    public static WorkerDescription? Describe(ClusterWorker worker, TimeSpan timeout)
    {
        if (Read(worker, Mailbox.About, timeout) is not { } text)
            return null;
        try
        {
            return WorkerDescription.Parse(text);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ClusterException(
                $"{worker}: expected a worker of this version, received a description that is none of its: {e.Message}", e);
        }
    }

    /// <summary>Lets a worker run a function, and takes the arrays on a device of it.</summary>
    /// <returns>The tensors, in no scope, owned by the caller, and a digest of their values.</returns>
    /// <exception cref="ClusterException">The function failed, or took too long.</exception>
    public static (Tensor[] Tensors, string Digest) Load(ClusterWorker worker, ShardRequest request, string device, ClusterOptions options)
    {
        string id = string.Create(CultureInfo.InvariantCulture, $"{Own}-{Interlocked.Increment(ref _requests)}");
        Write(worker, Mailbox.Request(id), request.ToJson(), options.AnswerTimeout);
        Write(worker, Mailbox.Ready(id), [], options.AnswerTimeout);
        using JsonDocument document = JsonDocument.Parse(AwaitAnswer(worker, request, id, options));
        if (document.RootElement.TryGetProperty("error", out JsonElement error))
            throw new ClusterException($"{worker}, part {request.Shard} of {request.Shards}: {error.GetString()}");
        JsonElement[] arrays = [.. document.RootElement.GetProperty("arrays").EnumerateArray()];
        Tensor[] tensors = [];
        Run(worker, options.LoadTimeout, () => tensors = Take(worker, id, arrays, device));
        Write(worker, Mailbox.Taken(id), [], options.AnswerTimeout);
        return (tensors, string.Concat(arrays.Select(array => array.GetProperty("sha256").GetString())));
    }

    /// <summary>Lets the process of a worker end.</summary>
    public static void End(ClusterWorker worker, TimeSpan timeout) => Write(worker, Mailbox.End, [], timeout);

    /// <summary>
    /// Whether a worker computes for this process in time: runs an op, and fetches a tensor of this process and sends one back, for which
    /// it must reach the address of this process.
    /// </summary>
    public static bool Answers(ClusterWorker worker, TimeSpan timeout)
    {
        // The first op after a failure elsewhere may bring its error.
        for (int attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                return ClusterContext.TryRun(timeout, () => RoundTrip.Run(worker.Host));
            }
            catch (TfStatusException)
            {
                // Asked once more, or lost.
            }
        }

        return false;
    }

    /// <summary>The seconds that the clock of a worker shows; null: it does not answer in time.</summary>
    public static double? Clock(ClusterWorker worker, TimeSpan timeout)
    {
        double seconds = 0;
        return ClusterContext.TryRun(timeout, () =>
        {
            using TensorScope scope = new();
            using IDisposable device = Device.Use(worker.Host);
            seconds = RawOps.Timestamp().ToDouble();
        }) ? seconds : null;
    }

    private static Tensor[] Take(ClusterWorker worker, string id, JsonElement[] arrays, string device)
    {
        List<Tensor> tensors = [];
        try
        {
            using TensorScope scope = new();
            for (int i = 0; i < arrays.Length; i++)
            {
                DType dtype = (DType)arrays[i].GetProperty("dtype").GetInt32();
                Shape shape = (long[])[.. arrays[i].GetProperty("shape").EnumerateArray().Select(axis => axis.GetInt64())];
                tensors.Add(Map(worker, Mailbox.Array(id, i), dtype, shape, device).Alias());
            }

            return [.. tensors];
        }
        catch
        {
            tensors.ForEach(tensor => tensor.Dispose());
            throw;
        }
    }

    private static byte[] AwaitAnswer(ClusterWorker worker, ShardRequest request, string id, ClusterOptions options)
    {
        Stopwatch watch = Stopwatch.StartNew();
        for (TimeSpan pause = ShortestPause; ; pause = 1.5 * pause < LongestPause ? 1.5 * pause : LongestPause)
        {
            if (Read(worker, Mailbox.Answer(id), options.AnswerTimeout) is { } answer)
                return answer;
            if (watch.Elapsed > options.LoadTimeout)
                throw new ClusterException(
                    FormattableString.Invariant($"{worker}: expected part {request.Shard} within {options.LoadTimeout.TotalSeconds:G4} s ")
                    + "(ClusterOptions.LoadTimeout), received nothing. Allow more time, or load smaller parts.");
            Thread.Sleep(pause);
        }
    }

    private static byte[]? Read(ClusterWorker worker, string file, TimeSpan timeout)
    {
        byte[]? content = null;
        Run(worker, timeout, () =>
        {
            using TensorScope scope = new();
            Tensor name = Tensor.FromStrings([file], Shape.Scalar);
            Tensor pattern = Tensor.FromStrings([file]);
            using IDisposable device = Device.Use(worker.Host);
            // A read of a file that is not there would leave an error in the worker's queue of ops.
            if (RawOps.MatchingFiles(pattern).ToStrings().Length > 0)
                content = RawOps.ReadFile(name).ToByteStrings()[0];
        });
        return content;
    }

    private static void Write(ClusterWorker worker, string file, byte[] content, TimeSpan timeout) => Run(worker, timeout, () =>
    {
        using TensorScope scope = new();
        Tensor name = Tensor.FromStrings([file], Shape.Scalar);
        Tensor contents = Tensor.FromStrings([System.Text.Encoding.UTF8.GetString(content)], Shape.Scalar);
        using IDisposable device = Device.Use(worker.Host);
        RawOps.WriteFile(name, contents);
    });

    /// <summary>Maps a raw file into memory, where the worker removes it afterwards.</summary>
    private static Tensor Map(ClusterWorker worker, string file, DType dtype, Shape shape, string device)
    {
        Tensor mapped;
        using (Device.Use(worker.Host))
        {
            mapped = shape.ElementCount == 0 ? Tensor.Zeros(shape, dtype) : RawOps.ImmutableConst(dtype, shape, file);
            // Ops of other processes run when their turn comes: this one has run before the file is removed.
            RawOps.Size(mapped, DType.Int64).ToArray<long>();
        }

        return mapped.DeviceName == device ? mapped : mapped.CopyTo(device);
    }

    private static void Run(ClusterWorker worker, TimeSpan timeout, Action call)
    {
        if (ClusterContext.TryRun(timeout, call))
            return;
        throw ClusterException.NoAnswer(
            FormattableString.Invariant($"{worker}: expected an answer within {timeout.TotalSeconds:G4} s, received none. ")
            + "Is the process stopped, or its network gone?");
    }
}
