using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TfLbfgs.Benchmarks.Running;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Saving;

namespace TfLbfgs.Benchmarks.Files;

/// <summary>
/// Loading and saving of models and weights of about 100 MB, against h5py and Keras in the same run. Loading reads the weights into
/// variables; that of h5py reads the same arrays into new ones of NumPy, and saving writes arrays that are in memory. <c>save</c> ends
/// when the system has the file, as Keras and h5py do by themselves; <c>save + flush</c>, what is saved here by default, when the disk has
/// it, for which all three sides call fsync.
/// </summary>
internal static class FileCost
{
    /// <summary>The formats that are measured, by the end of their names.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["weights.h5", "h5", "keras"];

    private const string Mark = "RESULT ";
    private const string Load = "load", Save = "save", SaveAndFlush = "save + flush";

    /// <summary>Measures and prints a Markdown table.</summary>
    /// <param name="peers">The folder with Python.</param>
    /// <param name="rounds">How many times each side is measured, in turn.</param>
    public static void Run(PeersFolder peers, int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("tflbfgs-files-").FullName;
        try
        {
            ProcessStartInfo start = peers.Python([Path.Combine(AppContext.BaseDirectory, "Files", "keras_files.py"), folder]);
            start.RedirectStandardInput = start.RedirectStandardOutput = true;
            using Process python = Process.Start(start)!;
            _ = Answer(python);
            Console.WriteLine("| file | MB | what | seconds | Keras | ratio | h5py | ratio | peak memory above idle / file |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
            foreach (string kind in Kinds)
                Measure(python, folder, kind, rounds);
            python.StandardInput.Close();
            python.WaitForExit();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(Process python, string folder, string kind, int rounds)
    {
        string file = Path.Combine(folder, $"model.{kind}"), copy = Path.Combine(folder, $"own.{kind}");
        bool isWeights = kind == "weights.h5";
        double size = new FileInfo(file).Length;
        Dictionary<string, double> peer = [];
        using Model model = Model.Load(Path.Combine(folder, "model.keras"));
        (string What, Action Action)[] actions =
        [
            (Load, () =>
            {
                if (isWeights)
                    model.LoadWeights(file);
                else
                    Model.Load(file).Dispose();
            }),
            (Save, () => Write(new SaveOptions { FlushToDisk = false })),
            (SaveAndFlush, () => Write(new SaveOptions())),
        ];
        Dictionary<string, (double Seconds, long Peak)> own = actions.ToDictionary(action => action.What, _ => (double.MaxValue, 0L));
        for (int round = 0; round < rounds; round++)
        {
            foreach ((string what, Action action) in actions)
            {
                (double seconds, long peak) = Time(action);
                own[what] = (Math.Min(own[what].Seconds, seconds), Math.Max(own[what].Peak, peak));
                // What the disk has not yet got would slow down what is measured next.
                if (what == Save)
                    Flush(copy);
            }

            python.StandardInput.WriteLine(kind);
            python.StandardInput.Flush();
            foreach (JsonProperty value in Answer(python).EnumerateObject())
                peer[value.Name] = Math.Min(peer.GetValueOrDefault(value.Name, double.MaxValue), value.Value.GetDouble());
        }

        foreach ((string what, (double seconds, long peak)) in own)
        {
            string h5py = peer.TryGetValue($"h5py {what}", out double other)
                ? string.Create(CultureInfo.InvariantCulture, $"{other:F3} | {seconds / other:F2}")
                : "|";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                    $"| .{kind} | {size / 1e6:F0} | {what} | {seconds:F3} | {peer[what]:F3} | {seconds / peer[what]:F2} | {h5py} | "
                    + $"{peak / size:F2} |"));
        }

        void Write(SaveOptions options) => _ = isWeights ? model.SaveWeights(copy, options) : model.Save(copy, options);
    }

    private static void Flush(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>The time, and the peak of the resident memory above what was resident before.</summary>
    private static (double Seconds, long Peak) Time(Action action)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        // Resets the peak.
        File.WriteAllText("/proc/self/clear_refs", "5");
        long idle = Status("VmRSS:");
        Stopwatch watch = Stopwatch.StartNew();
        action();
        double seconds = watch.Elapsed.TotalSeconds;
        return (seconds, Status("VmHWM:") - idle);
    }

    private static long Status(string name)
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static JsonElement Answer(Process python)
    {
        while (python.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith(Mark, StringComparison.Ordinal))
            {
                using JsonDocument document = JsonDocument.Parse(line[Mark.Length..]);
                return document.RootElement.Clone();
            }
        }

        throw new TfLbfgsException("Python ended without an answer.");
    }
}
