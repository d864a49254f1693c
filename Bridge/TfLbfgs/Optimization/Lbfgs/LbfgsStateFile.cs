using System.Buffers.Binary;
using System.Security.Cryptography;
using TfLbfgs.IO;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// The file of a state: 8 bytes <c>TFLBFGS\0</c>, the version (int32), the length of the header (int32), the header (JSON), the tensors one
/// after the other (little-endian, row-major), the history as rows of
/// 9 float64, and the SHA-256 of all before. Written completely or not at all.
/// </summary>
internal static class LbfgsStateFile
{
    private const int Version = 5;
    private const int FixedBytes = 16;
    private const int MaxHeaderBytes = 1 << 20;
    private const int MaxTensors = 64;
    private const int HistoryColumns = 9;
    private const string HistoryName = "history";
    private const string LearntName = "learnt_direction";

    private static ReadOnlySpan<byte> Magic => "TFLBFGS\0"u8;

    /// <summary>Writes a state.</summary>
    /// <exception cref="TfLbfgsException">The place cannot be written.</exception>
    public static void Write(LbfgsState state, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using TensorScope scope = new();
        List<(string Name, Tensor Tensor)> tensors = Collect(state);
        byte[] header = Header(state, tensors).ToJson();
        AtomicFile.Write(path, stream =>
        {
            Span<byte> start = stackalloc byte[FixedBytes];
            Magic.CopyTo(start);
            BinaryPrimitives.WriteInt32LittleEndian(start[8..], Version);
            BinaryPrimitives.WriteInt32LittleEndian(start[12..], header.Length);
            stream.Write(start);
            stream.Write(header);
            foreach ((_, Tensor tensor) in tensors)
                WriteValues(stream, tensor);
            stream.Position = 0;
            byte[] hash = SHA256.HashData(stream);
            stream.Write(hash);
        });
    }

    /// <summary>Reads a state onto the current device.</summary>
    /// <exception cref="TfLbfgsException">The file is none, is damaged, or is of another machine.</exception>
    public static LbfgsState Read(string path, bool acceptOtherMachine)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream stream = File.OpenRead(path);
            StateHeader header = ReadHeader(stream, path);
            LbfgsState state = ReadState(stream, header, path);
            string? difference = RunEnvironment.Of(state.Position.DeviceName).Difference(header.Environment);
            if (difference is null || acceptOtherMachine)
                return state;
            state.Dispose();
            throw new TfLbfgsException(
                $"{path}: expected a state of this machine and these settings, received {difference}. The same steps would not be the "
                    + "same bits: choose those settings, or load it with acceptOtherMachine.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TfLbfgsException(
                $"{path}: expected the file of a state, which LbfgsState.Save writes; it cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static List<(string Name, Tensor Tensor)> Collect(LbfgsState state)
    {
        List<(string, Tensor)> tensors = [("position", state.Point.Position), ("gradient", state.Point.Gradient)];
        AddPoint(state.Best == state.Current ? null : state.Best, "best");
        AddPoint(state.Validated, "validated");
        if (state.Direction is { } direction)
            tensors.Add(("direction", direction.Direction));
        if (state.FormerGradient is { } former)
            tensors.Add(("former_gradient", former));
        if (state.LearntDirection is { } learnt)
            tensors.Add((LearntName, learnt));
        foreach ((int i, Tensor tensor) in state.ExportMemory().Index())
        {
            TensorScope.Register(tensor);
            tensors.Add(($"memory_{i}", tensor));
        }

        double[] rows = [.. state.Course.SelectMany(Row)];
        tensors.Add((HistoryName, Tensor.From<double>(rows, [state.Course.Count, HistoryColumns])));
        return tensors;

        void AddPoint(Trial? trial, string name)
        {
            if (trial is null)
                return;
            tensors.Add(($"{name}_position", trial.Position));
            tensors.Add(($"{name}_gradient", trial.Gradient));
        }
    }

    private static StateHeader Header(LbfgsState state, List<(string Name, Tensor Tensor)> tensors) => new()
    {
        Identity = state.Identity,
        Environment = RunEnvironment.Of(state.Position.DeviceName),
        Numbers = state.Numbers.Select(number => number.Value),
        Reads = state.Reads,
        CompiledAt = state.CompiledAt,
        ChangeFactor = state.ChangeFactor,
        Seconds = state.Seconds,
        ValidationPatienceBest = state.ValidationPatience.Best,
        ValidationPatienceWaited = state.ValidationPatience.Waited,
        Tally = state.Tally,
        ValidationLoss = state.ValidationLoss,
        ValidationIteration = state.ValidationIteration,
        ValidationReads = state.ValidationReads,
        Labels = state.Labels.Count == 0 ? null : new Dictionary<string, string>(state.Labels),
        Reason = state.Reason,
        Message = state.Message,
        Current = state.Point.Scalars,
        Best = state.Best == state.Current ? null : state.Best?.Scalars,
        Validated = state.Validated?.Scalars,
        Direction = state.Direction is { } direction ? [direction.Slope, direction.LengthSquared] : null,
        Tensors = [.. tensors.Select(entry => new StateTensor(entry.Name, entry.Tensor.DType, entry.Tensor.Shape.ToArray()))],
    };

    private static StateHeader ReadHeader(FileStream stream, string path)
    {
        byte[] start = new byte[FixedBytes];
        if (stream.ReadAtLeast(start, FixedBytes, throwOnEndOfStream: false) < FixedBytes || !start.AsSpan(0, 8).SequenceEqual(Magic))
            throw Damaged(path, "it does not begin like one");
        int version = BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(8));
        if (version != Version)
            throw new TfLbfgsException(
                $"{path}: expected a state of version {Version}, received version {version}. Load it with the release that wrote it.");
        int length = BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(12));
        if (length is < 2 or > MaxHeaderBytes || stream.Length < FixedBytes + length + SHA256.HashSizeInBytes)
            throw Damaged(path, $"its header is said to be {length} bytes long");
        CheckHash(stream, path);
        byte[] json = new byte[length];
        stream.Position = FixedBytes;
        stream.ReadExactly(json);
        StateHeader header = StateHeader.Parse(json) ?? throw Damaged(path, "its header is not readable");
        CheckShapes(header, stream.Length, path);
        long expected = FixedBytes + length + header.Tensors.Sum(Bytes) + SHA256.HashSizeInBytes;
        if (stream.Length != expected)
            throw Damaged(path, $"{stream.Length} bytes are not the {expected} that its header states");
        return header;
    }

    private static void CheckHash(FileStream stream, string path)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        stream.Position = 0;
        for (long left = stream.Length - SHA256.HashSizeInBytes; left > 0;)
        {
            int read = stream.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
                break;
            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        byte[] stored = new byte[SHA256.HashSizeInBytes];
        stream.ReadExactly(stored);
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(stored))
            throw Damaged(path, "its checksum is another one");
    }

    /// <summary>Refuses what no state has, before anything is allocated for it.</summary>
    private static void CheckShapes(StateHeader header, long fileBytes, string path)
    {
        if (header.Nonsense() is { } nonsense)
            throw Damaged(path, nonsense);
        (long n, DType dtype) = (header.Identity.Count, header.Identity.DType);
        if (header.Tensors.Count is < 3 or > MaxTensors)
            throw Damaged(path, $"it has {header.Tensors.Count} tensors");
        foreach (StateTensor tensor in header.Tensors)
        {
            bool isPart = tensor.Name.StartsWith("memory_", StringComparison.Ordinal);
            bool isHistory = tensor.Name == HistoryName;
            bool fits = isPart
                ? tensor.DType is DType.Float32 or DType.Float64 or DType.Int64 && tensor.Shape.Length <= 2
                && tensor.Shape.All(d => d is >= 0 and < int.MaxValue)
                : isHistory ? tensor.DType == DType.Float64 && tensor.Shape is [>= 1 and < int.MaxValue, HistoryColumns]
                : tensor.DType == dtype && tensor.Shape is [var count] && count == n;
            // Reckoned without overflow: a crafted shape may have any product.
            if (!fits || tensor.Shape.Aggregate(8.0, (bytes, dimension) => bytes * dimension) > Math.Min(2.0 * fileBytes, int.MaxValue))
                throw Damaged(path, $"its tensor {tensor.Name} makes no sense");
        }

        if (header.Tensors[^1].Name != HistoryName)
            throw Damaged(path, "its history is missing");
    }

    /// <summary>Refuses a history that is not that of this many iterations.</summary>
    private static void CheckHistory(double[][] history, StateHeader header, string path)
    {
        bool fits = history.Length == header.Numbers.Iterations + 1;
        double evaluations = 0;
        for (int k = 0; k < history.Length && fits; k++)
        {
            fits = history[k][0] == k && StateHeader.IsCount(history[k][1]) && history[k][1] >= evaluations;
            evaluations = history[k][1];
        }

        if (!fits || evaluations > header.Numbers.Evaluations)
            throw Damaged(path, $"its history is not that of {header.Numbers.Iterations} iterations");
    }

    private static LbfgsState ReadState(FileStream stream, StateHeader header, string path)
    {
        using TensorScope scope = new();
        stream.Position = stream.Length - SHA256.HashSizeInBytes - header.Tensors.Sum(Bytes);
        Dictionary<string, Tensor> tensors = [];
        foreach (StateTensor entry in header.Tensors)
        {
            if (!tensors.TryAdd(entry.Name, ReadValues(stream, entry)))
                throw Damaged(path, $"its tensor {entry.Name} stands twice");
        }

        string[] needed = [.. Needed(header)];
        if (needed.Except(tensors.Keys).FirstOrDefault() is { } missing)
            throw Damaged(path, $"its tensor {missing} is missing");
        double[][] history = [.. tensors[HistoryName].ToArray<double>().Chunk(HistoryColumns)];
        CheckHistory(history, header, path);
        LbfgsState state = new(header.Identity)
        {
            Numbers = header.Numbers.Select(number => new HostScalar(number)),
            Reads = header.Reads,
            CompiledAt = header.CompiledAt,
            ChangeFactor = header.ChangeFactor,
            Seconds = header.Seconds,
            ValidationLoss = header.ValidationLoss,
            ValidationIteration = header.ValidationIteration,
            ValidationReads = header.ValidationReads,
            Tally = header.Tally,
            Labels = header.Labels ?? [],
            End = header.Reason is { } reason ? (reason, header.Message ?? "") : null,
            Current = new Trial(Kept("position"), Kept("gradient"), header.Current),
            Direction = header.Direction is { } direction ? new DirectionStep(Kept("direction"), direction[0], direction[1]) : null,
            FormerGradient = tensors.ContainsKey("former_gradient") ? Kept("former_gradient") : null,
            LearntDirection = tensors.ContainsKey(LearntName) ? Kept(LearntName) : null,
            Validated = header.Validated is { } validated
                ? new Trial(Kept("validated_position"), Kept("validated_gradient"), validated) : null,
        };
        state.Best = header.Best is { } best ? new Trial(Kept("best_position"), Kept("best_gradient"), best) : state.Current;
        (state.ValidationPatience.Best, state.ValidationPatience.Waited) = (header.ValidationPatienceBest, header.ValidationPatienceWaited);
        state.Memory =
            [.. header.Tensors.Where(entry => entry.Name.StartsWith("memory_", StringComparison.Ordinal))
            .Select(entry => Kept(entry.Name))];
        state.Course.AddRange(history.Select(Progress));
        return state;

        Tensor Kept(string name) => scope.Keep(tensors[name]);
    }

    private static IEnumerable<string> Needed(StateHeader header)
    {
        string[] pair = ["position", "gradient"];
        IEnumerable<string> names = [.. pair, HistoryName];
        if (header.Best is not null)
            names = names.Concat(pair.Select(name => $"best_{name}"));
        if (header.Validated is not null)
            names = names.Concat(pair.Select(name => $"validated_{name}"));
        return header.Direction is null && !header.Tensors.Any(tensor => tensor.Name == "former_gradient")
            ? names
            : names.Append("direction");
    }

    private static long Bytes(StateTensor tensor) =>
        tensor.Shape.Aggregate(tensor.DType == DType.Float32 ? 4L : 8L, (bytes, dimension) => bytes * dimension);

    private static void WriteValues(Stream stream, Tensor tensor)
    {
        switch (tensor.DType)
        {
            case DType.Float32:
                WriteValues<float>(stream, tensor);
                break;
            case DType.Float64:
                WriteValues<double>(stream, tensor);
                break;
            case DType.Int64:
                WriteValues<long>(stream, tensor);
                break;
            default:
                throw new TfLbfgsException(
                    $"The memory of a direction: expected tensors of float32, float64 and int64 to save, received {tensor.Describe()}.");
        }
    }

    private static void WriteValues<T>(Stream stream, Tensor tensor)
        where T : unmanaged
    {
        using TensorView<T> view = tensor.View<T>();
        // In pieces: a span of bytes ends at 2 GiB.
        const int Piece = 1 << 24;
        for (int i = 0; i < view.Span.Length; i += Piece)
            stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(view.Span.Slice(i, Math.Min(Piece, view.Span.Length - i))));
    }

    private static Tensor ReadValues(FileStream stream, StateTensor entry)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked((int)Bytes(entry)));
        stream.ReadExactly(bytes);
        return Tensor.FromBytes(bytes, entry.DType, entry.Shape);
    }

    private static double[] Row(LbfgsProgress progress) =>
    [
        progress.Iteration, progress.Evaluations, progress.Loss, progress.GradientNorm, progress.Step, progress.Seconds,
            progress.GradientLength,
        // Minus infinity stands for "not measured": no measured loss is that.
        progress.ValidationLoss ?? double.NegativeInfinity, progress.Moved,
    ];

    private static LbfgsProgress Progress(double[] row) => new((int)row[0], (int)row[1], row[2], row[3], row[4], row[5])
    {
        GradientLength = row[6],
        ValidationLoss = double.IsNegativeInfinity(row[7]) ? null : row[7],
        Moved = row[8],
    };

    private static TfLbfgsException Damaged(string path, string why) =>
        new($"{path}: expected the file of a state, which LbfgsState.Save writes; {why}. Use an earlier file, or begin anew.");
}
