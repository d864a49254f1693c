using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TfLbfgs.Optimization;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Resuming;

/// <summary>
/// State files with a right checksum and wrong content: each ends in one sentence, when it is read or when a minimizer takes it, or goes on
/// as a state does.
/// </summary>
public sealed class StateFileFuzzTests : LeakChecked
{
    private const int FixedBytes = 16;
    private const int HashBytes = 32;

    private readonly string _folder = Directory.CreateTempSubdirectory("tflbfgs-fuzz").FullName;

    [Fact]
    public void Load_HostileFiles_EndInOneSentence() => Fuzz(200, seed: 1);

    [Fact(Explicit = true)]
    public void Load_ManyHostileFiles_EndInOneSentence()
    {
        string table = Fuzz(7000, seed: 2);
        Directory.CreateDirectory("TestResults");
        File.WriteAllText("TestResults/state_fuzz.txt", table);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Directory.Delete(_folder, recursive: true);
    }

    private string Fuzz(int count, int seed)
    {
        string file = Path.Combine(_folder, "run.state");
        PairedRosenbrock objective = new();
        using LbfgsMinimizer minimizer = new(objective, new LbfgsOptions { MemoryLength = 5, MaxIterations = 12 });
        using (LbfgsState state = minimizer.Begin())
        {
            for (int i = 0; i < 8; i++)
                minimizer.Step(state);
            state.Save(file);
        }

        byte[] sound = File.ReadAllBytes(file);
        Random random = new(seed);
        int refusedAtLoad = 0, refusedByMinimizer = 0, wentOn = 0;
        List<string> wrong = [];
        for (int i = 0; i < count; i++)
        {
            (byte[] content, string what) = Mutate(sound, random);
            File.WriteAllBytes(file, content);
            LbfgsState? state = null;
            try
            {
                state = LbfgsState.Load(file, acceptOtherMachine: true);
                using LbfgsResult result = minimizer.Minimize(state);
                wentOn++;
            }
            catch (TfLbfgsException e)
            {
                refusedAtLoad += state is null ? 1 : 0;
                refusedByMinimizer += state is null ? 0 : 1;
                if (e.Message.Length > 1000 || e.Message.Contains('\n'))
                    wrong.Add($"{what}: no sentence: {e.Message}");
            }
            catch (Exception e)
            {
                wrong.Add($"{what}: {e.GetType().Name}: {e.Message} "
                    + $"{e.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("TfLbfgs.", StringComparison.Ordinal))?.Trim()}");
            }
            finally
            {
                state?.Dispose();
            }
        }

        string table = $"{count} files: {refusedAtLoad} refused when read, {refusedByMinimizer} by the minimizer, {wentOn} went on, "
            + $"{wrong.Count} other exceptions";
        TestContext.Current.TestOutputHelper?.WriteLine(table);
        Assert.True(wrong.Count == 0, $"{table}\n{string.Join('\n', wrong.Take(40))}");
        return table + "\n";
    }

    private static (byte[] Content, string What) Mutate(byte[] sound, Random random)
    {
        int length = BitConverter.ToInt32(sound, 12);
        byte[] body = sound[(FixedBytes + length)..^HashBytes];
        if (random.Next(10) == 0)
        {
            // Wrong numbers in the tensors, in groups of 8 bytes.
            byte[] bytes = [.. body];
            int at = random.Next(bytes.Length / 8) * 8;
            BitConverter.GetBytes(
                random.Next(3) switch { 0 => double.NaN, 1 => -1e300, _ => BitConverter.Int64BitsToDouble(random.NextInt64()) })
                .CopyTo(bytes, at);
            return (File(sound[FixedBytes..(FixedBytes + length)], bytes), $"tensor byte {at}");
        }

        JsonNode header = JsonNode.Parse(sound.AsSpan(FixedBytes, length))!;
        int mutations = 1 + random.Next(2);
        StringBuilder what = new();
        for (int i = 0; i < mutations; i++)
            what.Append(MutateOne(header, random)).Append("; ");
        return (File(Encoding.UTF8.GetBytes(header.ToJsonString()), body), what.ToString());

        byte[] File(byte[] json, byte[] tensors)
        {
            byte[] content = [.. sound[..12], .. BitConverter.GetBytes(json.Length), .. json, .. tensors];
            return [.. content, .. SHA256.HashData(content)];
        }
    }

    private static string MutateOne(JsonNode header, Random random)
    {
        List<JsonNode> places = [];
        Collect(header, places);
        JsonNode place = places[random.Next(places.Count)];
        string path = place.GetPath();
        JsonNode? value = random.Next(11) switch
        {
            0 => null,
            1 => JsonValue.Create(-1),
            2 => JsonValue.Create(2147483648.0),
            3 => JsonValue.Create("NaN"),
            4 => JsonValue.Create(""),
            5 => JsonValue.Create(0.5),
            6 => new JsonArray(),
            7 => new JsonObject(),
            8 => JsonValue.Create(1e300),
            9 => JsonValue.Create(random.Next(100)),
            _ => JsonValue.Create(0),
        };
        if (place.Parent is JsonObject parent)
        {
            string name = place.GetPropertyName();
            if (random.Next(6) == 0)
                parent.Remove(name);
            else
                parent[name] = value;
        }
        else if (place.Parent is JsonArray array)
        {
            int index = place.GetElementIndex();
            if (random.Next(6) == 0)
                array.RemoveAt(index);
            else
                array[index] = value;
        }

        return $"{path} = {value?.ToJsonString() ?? "null"}";
    }

    private static void Collect(JsonNode? node, List<JsonNode> places)
    {
        if (node is null)
            return;
        if (node.Parent is not null)
            places.Add(node);
        if (node is JsonObject members)
        {
            foreach ((_, JsonNode? member) in members)
                Collect(member, places);
        }
        else if (node is JsonArray elements)
        {
            foreach (JsonNode? element in elements)
                Collect(element, places);
        }
    }
}
