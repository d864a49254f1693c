using System.Text.Json;

namespace TfLbfgs.Benchmarks.Scaling;

/// <summary>The overheads of <see cref="SpeedupModel"/> from measured evaluations.</summary>
internal static class OverheadFit
{
    /// <summary>The model that fits.</summary>
    /// <param name="rows">Evaluations of several numbers of workers and parameters, over interfaces whose rate is not limited.</param>
    /// <param name="sumBytesPerSecond">The rate at which this machine adds gradients.</param>
    /// <remarks>A line through the overheads of the smallest n gives the parts of a call and of a worker; what remains at the largest n,
    /// that of a byte.</remarks>
    public static SpeedupModel Of(IReadOnlyList<ClusterRow> rows, double sumBytesPerSecond)
    {
        ClusterRow[] small = [.. rows.Where(row => row.Parameters == rows.Min(other => other.Parameters))];
        ClusterRow[] large = [.. rows.Where(row => row.Parameters == rows.Max(other => other.Parameters))];
        if (small.Length < 2 || small[0].Parameters == large[0].Parameters)
            throw new TfLbfgsException("OverheadFit: expected at least two numbers of workers and two numbers of parameters.");
        double meanWorkers = small.Average(row => row.Workers), meanOverhead = small.Average(row => row.OverheadSeconds);
        double slope = small.Sum(row => (row.Workers - meanWorkers) * (row.OverheadSeconds - meanOverhead))
            / small.Sum(row => Math.Pow(row.Workers - meanWorkers, 2));
        double perWorker = Math.Max(0, slope);
        double perCall = Math.Max(0, meanOverhead - (perWorker * meanWorkers));
        double n = large[0].Parameters;
        double perByte = large.Average(row =>
            (row.OverheadSeconds - perCall - (row.Workers * (perWorker + (8 * n / sumBytesPerSecond)))) / (row.Workers * 16 * n));
        ClusterRow one = small.MinBy(row => row.Workers)!;
        double perRow = one.SlowestSeconds * one.Workers / ClusterMeasurement.Entries;
        return new SpeedupModel(perRow, perCall, perWorker, Math.Max(0, perByte), sumBytesPerSecond);
    }

    /// <summary>Writes the overheads with the measurements that they come from.</summary>
    public static void Write(string path, SpeedupModel model, IReadOnlyList<ClusterRow> rows, string machine)
    {
        using FileStream stream = File.Create(path);
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("machine", machine);
        json.WriteNumber("seconds_per_row_and_parameter", model.SecondsPerRow);
        json.WriteString("seconds_per_row_and_parameter_from", "the time of one worker with the smallest n, by its rows and n");
        json.WriteNumber("seconds_per_call", model.SecondsPerCall);
        json.WriteNumber("seconds_per_worker", model.SecondsPerWorker);
        json.WriteString("seconds_per_call_and_worker_from", "a line through the overheads of the smallest n over the workers");
        json.WriteNumber("seconds_per_byte", model.SecondsPerByte);
        json.WriteString("seconds_per_byte_from", "what the overheads of the largest n have more, by the bytes; on interfaces without a "
            + "limit");
        json.WriteNumber("sum_bytes_per_second", model.SumBytesPerSecond);
        json.WriteString("sum_bytes_per_second_from", "s + 0.25 g of 1,000,000 float64, traced");
        json.WriteStartArray("rows");
        foreach (ClusterRow row in rows)
        {
            json.WriteStartObject();
            json.WriteNumber("workers", row.Workers);
            json.WriteNumber("parameters", row.Parameters);
            json.WriteNumber("evaluation_seconds", row.EvaluationSeconds);
            json.WriteNumber("slowest_seconds", row.SlowestSeconds);
            json.WriteNumber("overhead_seconds", row.OverheadSeconds);
            json.WriteNumber("bytes", row.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
